import type { SecretRule } from '../../../alerts/secret';
import { certificatesOf } from '../http/certificates';
import { targetOf } from '../http/target';
import { openSink } from '../open-sink';
import { checkShippingOptions, SHIPPING_RULES, type ShippingOptions, shippingSettings } from '../options';
import type { ShippingSink } from '../shipping-sink';
import { labelPlan } from './labels';
import { lokiWire } from './loki-wire';

/** Options of {@link lokiSink}. */
export interface LokiSinkOptions extends ShippingOptions {
  /** Base URL of Loki; `/loki/api/v1/push` is put behind it unless it ends so. */
  readonly url: string;
  /** Who the lines belong to where several share a Loki: the header `X-Scope-OrgID`. At most 150 characters. */
  readonly tenant?: string;
  /** Labels of every line. With `labelsFrom` at most 15; values are cut at 1,024 bytes. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Fields of records that become labels: only those with few values, because each combination is a stream. Default `app`,
   * `environment`, `instance`, `level`.
   */
  readonly labelsFrom?: readonly string[];
  /** Whether ids of request, trace, span and error stand beside the line, for Loki 2.9 or later. Default `true`. */
  readonly structuredMetadata?: boolean;
}

const WHERE = 'lokiSink';
const PUSH_PATH = '/loki/api/v1/push';
const RULES: Readonly<Record<keyof LokiSinkOptions, SecretRule>> = {
  ...SHIPPING_RULES,
  url: undefined,
  tenant: [(value) => typeof value === 'string' && /^[\w!.*'()|-]{1,150}$/.test(value), "up to 150 letters, digits and ! - _ . * ' ( ) |"],
  labels: undefined,
  labelsFrom: undefined,
  structuredMetadata: [(value) => typeof value === 'boolean', 'boolean'],
};

/**
 * Creates a sink that pushes lines to Grafana Loki: the JSON line as it is, in a stream of its labels, at the time of its record.
 *
 * The time of a line has, within its millisecond, the number of the line: Loki takes equal lines of one moment for one, and this keeps
 * them apart and in order. It also finds out records that come twice, because an answer was lost.
 *
 * Failures, queue, spool and account are those of `otlpSink`. With a batch of which Loki refuses some lines (400: too old, say) it
 * takes the others, which come again when the batch is halved, and are found out in the same way.
 *
 * A line costs its caller about a microsecond.
 *
 * @param options - See {@link LokiSinkOptions} and {@link ShippingOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`. None repeats a value.
 * @example
 * const labelsFrom = ['app', 'environment', 'level', 'logger'];
 * await using sink = lokiSink({ url: 'https://loki.example.com', tenant: 'shop', labels: { region: 'eu' }, labelsFrom });
 * telemetry.addSink(sink);
 * sink.stats().queued; // => 0
 */
export function lokiSink(options: LokiSinkOptions): ShippingSink {
  checkShippingOptions(WHERE, options, RULES);
  const { url, tenant, headers: given = {}, ca, allowInsecure = false } = options;
  const settings = shippingSettings(WHERE, 'loki', options);
  const headers = tenant === undefined ? { ...given } : { ...withoutTenant(given), 'x-scope-orgid': tenant };
  const target = targetOf(url, { what: `${WHERE}: url`, code: 'OPTION_INVALID', ending: PUSH_PATH, headers, allowInsecure });
  const authorities = ca === undefined ? undefined : certificatesOf(`${WHERE}: ca`, ca);
  const plan = labelPlan(WHERE, options.labels, options.labelsFrom);
  const wire = lokiWire(settings.clock, plan, options.structuredMetadata ?? true);
  return openSink(WHERE, settings, { target, headers, ca: authorities, timeoutMs: options.timeoutMs ?? 10_000 }, wire);
}

const withoutTenant = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'x-scope-orgid'));
