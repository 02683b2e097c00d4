import { type SecretRule, secretInvalid } from '../../../alerts/secret';
import { isRecord } from '../../../core/options';
import { resourceFromEnvironment } from '../../../core/variables/otel-resource';
import { capturesContent } from '../../../core/variables/otel-variables';
import type { Variables } from '../../../core/variables/process-variables';
import { certificatesOf } from '../http/certificates';
import { targetOf } from '../http/target';
import { openSink } from '../open-sink';
import { checkShippingOptions, SHIPPING_RULES, type ShippingOptions, shippingSettings } from '../options';
import type { ShippingSink } from '../shipping-sink';
import { LOGS_PATH, otlpEnvironment } from './environment';
import { otlpWire } from './otlp-wire';

/** Options of {@link otlpSink}. All are optional. */
export interface OtlpSinkOptions extends ShippingOptions {
  /**
   * Base URL of the receiver; `/v1/logs` is put behind it unless it ends so. Default: what the variables say, else
   * `http://localhost:4318`.
   */
  readonly url?: string;
  /** Attributes of the resource, such as `{ 'service.version': '1.2' }`; they win over what records and variables say. At most 128. */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /** Environment variables; default those of the process. */
  readonly env?: Variables;
}

const WHERE = 'otlpSink';
const DEFAULT_URL = 'http://localhost:4318';
const MAX_ATTRIBUTES = 128;
const RULES: Readonly<Record<keyof OtlpSinkOptions, SecretRule>> = {
  ...SHIPPING_RULES,
  url: undefined,
  resource: [isResource, `an object of at most ${MAX_ATTRIBUTES} texts, finite numbers and booleans`],
  env: [isRecord, 'an object of variables'],
};

function isResource(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).length > MAX_ATTRIBUTES) return false;
  return Object.values(value).every((one) => ['string', 'boolean'].includes(typeof one) || Number.isFinite(one));
}

/**
 * Creates a sink that sends lines as logs by the OpenTelemetry protocol: JSON over HTTP, to a Collector or whatever takes that. It
 * needs no package of OpenTelemetry.
 *
 * A receiver that fails, hangs or refuses delays nothing: lines wait in memory, and with `spool` on disk, in order, and are sent once
 * it works again. After a failure the next attempt comes after 250 ms to 30 s, or after what `Retry-After` asks for, at most 5
 * minutes. A line may arrive twice: when an answer is lost, nobody knows whether the lines came. Requests that come to no answer three
 * times are tried in parts, as there may be too much in them.
 *
 * Lines that a receiver will never take (400, 413, 422) are found by halving the batch, and left out. So one that answers 400 to
 * everything loses all: the protocol forbids to send such lines again, and the first warning says what to look at. After any other
 * answer lines are kept, also where the protocol would have them dropped (401, 404, 500): keys and paths get mended.
 *
 * Without a spool, what waits when the process ends is lost unless `close` is waited for, which `app.stop()` does; with one it is sent
 * by the next start, but for what came in the last moments before a `kill -9`. Beyond the limits of memory and spool the new lines are
 * lost, not the old. All is counted in `stats()`, and told in warnings `SINK_FAILED`, `SINK_LOST`. Nothing of it keeps the process
 * alive, but for what Node can't be told to leave: a connection that is being made, for `timeoutMs` at most, and a name that is being
 * looked up, for as long as the system takes.
 *
 * The variables `OTEL_EXPORTER_OTLP_ENDPOINT`, `_HEADERS`, `_TIMEOUT`, `_COMPRESSION` are honoured, and with more weight
 * `OTEL_EXPORTER_OTLP_LOGS_…`; options win. Where `url` is given, endpoint and headers of the variables are left alone, since they
 * belong together. `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` describe the program. `OTEL_SDK_DISABLED` has no effect: it turns
 * an SDK off, and none is used here.
 *
 * A line costs its caller about a microsecond.
 *
 * @param options - See {@link OtlpSinkOptions} and {@link ShippingOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`; `CONFIG_INVALID` for a variable. None repeats a value.
 * @example
 * const headers = { authorization: 'Bearer abc' };
 * await using sink = otlpSink({ url: 'https://collector.example.com', headers, spool: { folder: 'logs/otlp-spool' } });
 * telemetry.addSink(sink);
 * sink.stats().state; // => 'open'
 */
export function otlpSink(options: OtlpSinkOptions = {}): ShippingSink {
  checkShippingOptions(WHERE, options, RULES);
  const { url, env, headers: given = {}, ca, allowInsecure = false, resource = {} } = options;
  const settings = shippingSettings(WHERE, 'otlp', options);
  const said = otlpEnvironment(env, url !== undefined);
  const headers = { ...said.headers, ...lowered(given) };
  const code = said.endpoint === undefined ? 'OPTION_INVALID' : 'CONFIG_INVALID';
  const place = said.endpoint ?? { variable: 'url', url: url ?? DEFAULT_URL, ending: LOGS_PATH };
  if (url === '') throw secretInvalid(`${WHERE}: url`, 'a URL');
  const target = targetOf(place.url, { what: `${WHERE}: ${place.variable}`, code, ending: place.ending, headers, allowInsecure });
  const timeoutMs = options.timeoutMs ?? said.timeoutMs ?? 10_000;
  const authorities = ca === undefined ? undefined : certificatesOf(`${WHERE}: ca`, ca);
  const fromVariables = resourceFromEnvironment(env, (message) => settings.onWarning({ code: 'CONFIG_DOUBTFUL', message }));
  const wire = otlpWire(settings.clock, { resource: fromVariables, content: capturesContent(env) }, { ...resource });
  const compression = options.compression ?? said.compression ?? settings.compression;
  return openSink(WHERE, { ...settings, compression }, { target, headers, ca: authorities, timeoutMs }, wire);
}

const lowered = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
