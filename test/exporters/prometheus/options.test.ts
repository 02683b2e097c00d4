import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isTelemetryError } from '../../../lib/core/errors';
import { createTelemetry } from '../../../lib/core/index';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import { fakeBus } from '../../support/prometheus/source';

const codeOf = (create: () => unknown): string => {
  try {
    create();
  } catch (error) {
    return isTelemetryError(error) ? error.code : 'not a TelemetryError';
  }
  return 'none';
};

test('what has no metrics is refused, with what to pass instead', () => {
  for (const telemetry of [undefined, null, {}, createTelemetry()]) {
    assert.is(
      codeOf(() => createPrometheusExporter(telemetry as never)),
      'OPTION_INVALID',
    );
  }
  assert.throws(() => createPrometheusExporter(createTelemetry() as never), /Pass a bus that createTelemetry/);
});

test('options that are wrong are refused', () => {
  const wrong: readonly (readonly [options: object, code: string])[] = [
    [{ label: {} }, 'OPTION_UNKNOWN'],
    [{ registries: {} }, 'OPTION_INVALID'],
    [{ registries: [{}] }, 'OPTION_INVALID'],
    [{ registries: [null] }, 'OPTION_INVALID'],
    [{ include: 'x' }, 'OPTION_INVALID'],
    [{ labels: [] }, 'OPTION_INVALID'],
    [{ quantiles: [1.1] }, 'OPTION_INVALID'],
    [{ quantiles: [Number.NaN] }, 'OPTION_INVALID'],
    [{ quantiles: 0.5 }, 'OPTION_INVALID'],
    [{ created: 'no' }, 'OPTION_INVALID'],
    [{ maxCacheBytes: -1 }, 'OPTION_INVALID'],
    [{ maxCacheBytes: 1.5 }, 'OPTION_INVALID'],
    [{ maxCacheBytes: Number.POSITIVE_INFINITY }, 'OPTION_INVALID'],
    ...['le', 'quantile', '__name__', 'a-b', '1a', '', 'telemetry_overflow'].map(
      (name) => [{ labels: { [name]: 'x' } }, 'METRIC_INVALID'] as const,
    ),
    [{ labels: { a: 1 } }, 'METRIC_INVALID'],
  ];
  for (const [options, code] of wrong)
    assert.is(
      codeOf(() => createPrometheusExporter(fakeBus(), options)),
      code,
      JSON.stringify(options),
    );
  assert.is(
    codeOf(() => createPrometheusExporter(fakeBus(), { labels: undefined, created: undefined } as never)),
    'none',
  );
});

test.run();
