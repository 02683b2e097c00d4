import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPrometheusExporter } from '../../../lib/exporters/prometheus/index';
import { fakeBus } from '../../support/prometheus/source';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,' +
  'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

const ANSWERS: readonly (readonly [accept: string | null | undefined, contentType: string])[] = [
  [undefined, TEXT],
  [null, TEXT],
  ['', TEXT],
  ['*/*', TEXT],
  ['text/*', TEXT],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT],
  ['application/json', TEXT],
  [',;=,"', TEXT],
  ['text/plain', TEXT],
  ['text/plain;version=0.0.4', TEXT],
  ['application/openmetrics-text', OPEN],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', OPEN],
  ['Application/OpenMetrics-Text ; Version="1.0.0"', OPEN],
  ['application/openmetrics-text;version=0.0.1', TEXT],
  ['application/openmetrics-text;version=2.0.0,*/*;q=0.1', TEXT],
  ['application/openmetrics-text;q=0', TEXT],
  ['application/openmetrics-text;q=2', TEXT],
  ['application/openmetrics-text;q=0.3,text/plain;q=0.4', TEXT],
  ['application/openmetrics-text;q=0.5,text/plain;q=0.4', OPEN],
  ['application/openmetrics-text,text/plain', OPEN],
  ['text/plain,application/openmetrics-text', TEXT],
  ['application/openmetrics-text,*/*', OPEN],
  ['*/*,application/openmetrics-text', OPEN],
  ['application/openmetrics-text;version=1.0.0,text/plain', OPEN],
  ['application/openmetrics-text;note="a,b;q=0";q=1,text/plain;q=0.9', OPEN],
  ['text/plain;q=0.5;note="a,application/openmetrics-text;x="', TEXT],
  ['text/plain;q=0,*/*', OPEN],
  [PROMETHEUS_2, OPEN],
  [PROMETHEUS_3, `${OPEN}; escaping=underscores`],
  ['text/plain;version=0.0.4;escaping=values', `${TEXT}; escaping=underscores`],
  ['application/openmetrics-text;escaping=dots;q=0.1,text/plain;version=0.0.4', TEXT],
];

for (const [accept, contentType] of ANSWERS) {
  test(`${JSON.stringify(accept)} is answered with ${contentType}`, async () => {
    const exporter = createPrometheusExporter(fakeBus());
    const page = await exporter.render(accept);
    assert.is(page.contentType, contentType);
    assert.is(page.body, contentType.startsWith(OPEN) ? '# EOF\n' : '');
    const { chunks, ...rest } = await exporter.chunks(accept);
    assert.equal(rest, { contentType });
    assert.equal(
      chunks.map((chunk) => new TextDecoder().decode(chunk)),
      page.body === '' ? [] : [page.body],
    );
  });
}

test('a header of any length and content is answered', async () => {
  const exporter = createPrometheusExporter(fakeBus());
  for (const accept of ['a/b,'.repeat(100_000), ';'.repeat(100_000), '"'.repeat(99_999), `x/y;q=${'9'.repeat(10_000)}`, 5 as never]) {
    assert.is((await exporter.render(accept)).contentType, TEXT);
  }
});

test.run();
