import { TelemetryError } from '../../../core/errors';
import { type Variables, variableIn } from '../../../core/variables/process-variables';
import { checkHeaders } from '../http/headers';
import { MAX_TIMEOUT_MS } from '../options';

/** What the variables of OpenTelemetry say of where logs go. */
export interface OtlpEnvironment {
  /** `undefined`: nothing. */
  readonly endpoint: { readonly variable: string; readonly url: string; readonly ending: string } | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly compression: 'gzip' | 'none' | undefined;
}

/** The path of logs behind a base URL. */
export const LOGS_PATH = '/v1/logs';

interface Found {
  readonly variable: string;
  readonly value: string;
}

/**
 * Reads the variables of an exporter of logs; those of logs win over those of all signals.
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 *
 * @param isPlaceGiven - Options say where to: then endpoint and headers, which go with it, are not looked at.
 * @throws {TelemetryError} `CONFIG_INVALID` naming the variable, without its value.
 */
export function otlpEnvironment(env: Variables | undefined, isPlaceGiven: boolean): OtlpEnvironment {
  const find = (name: string): Found | undefined => {
    for (const variable of [`OTEL_EXPORTER_OTLP_LOGS_${name}`, `OTEL_EXPORTER_OTLP_${name}`]) {
      const value = variableIn(env, variable);
      if (value !== '') return { variable, value };
    }
    return undefined;
  };
  const endpoint = isPlaceGiven ? undefined : endpointOf(find('ENDPOINT'));
  if (endpoint !== undefined) checkProtocol(find('PROTOCOL'));
  return {
    endpoint,
    headers: isPlaceGiven ? {} : headersOf(find('HEADERS')),
    timeoutMs: timeoutOf(find('TIMEOUT')),
    compression: compressionOf(find('COMPRESSION')),
  };
}

/** The variable of logs holds the whole URL, that of all signals what the path is put behind. */
const endpointOf = (found: Found | undefined): OtlpEnvironment['endpoint'] =>
  found && { variable: found.variable, url: found.value, ending: found.variable.includes('_LOGS_') ? '' : LOGS_PATH };

/** A receiver of protobuf over HTTP takes JSON at the same place; one of gRPC is another one. */
function checkProtocol(found: Found | undefined): void {
  if (found?.value.toLowerCase() === 'grpc') throw invalid(found, 'http/json, because lines are not sent by gRPC; or give url');
}

function headersOf(found: Found | undefined): Readonly<Record<string, string>> {
  if (found === undefined) return {};
  const headers: Record<string, string> = {};
  for (const item of found.value.split(',')) {
    if (item.trim() === '') continue;
    const [name, value] = pairOf(item) ?? [];
    if (name === undefined || value === undefined || Object.hasOwn(headers, name)) throw invalid(found, LIST);
    headers[name] = value;
  }
  try {
    checkHeaders(found.variable, headers);
  } catch {
    throw invalid(found, LIST);
  }
  return headers;
}
const LIST = 'key=value,key=value, percent-encoded, as headers of HTTP';

/** Only the first `=` divides: tokens end in others. */
function pairOf(item: string): readonly [string, string] | undefined {
  const at = item.indexOf('=');
  const name = item.slice(0, at).trim().toLowerCase();
  if (at < 0 || !/^[!#$%&'*+.^`|~\w-]+$/.test(name)) return undefined;
  try {
    return [name, decodeURIComponent(item.slice(at + 1).trim())];
  } catch {
    return undefined;
  }
}

function timeoutOf(found: Found | undefined): number | undefined {
  if (found === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(found.value) ? Number(found.value) : 0;
  if (ms < 1 || ms > MAX_TIMEOUT_MS) throw invalid(found, `a whole number from 1 to ${MAX_TIMEOUT_MS}`);
  return ms;
}

function compressionOf(found: Found | undefined): 'gzip' | 'none' | undefined {
  if (found === undefined || found.value === 'gzip' || found.value === 'none') return found?.value as 'gzip' | 'none' | undefined;
  throw invalid(found, 'gzip|none');
}

const invalid = ({ variable }: Found, expected: string): TelemetryError =>
  new TelemetryError(
    'CONFIG_INVALID',
    `otlpSink: the variable ${variable} is not valid`,
    'The value is not shown, it may be a secret',
    `Expected ${expected}`,
  );
