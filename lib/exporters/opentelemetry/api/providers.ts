import { quietly } from '../../../core/quietly';
import { read } from '../../../core/read';
import type { OtelLoggerProvider } from '../logs/api';
import type { OpenTelemetryApi, OpenTelemetryLogsApi, OtelMeterProvider } from './modules';
import type { OtelTracerProvider } from './trace';

/** The name of the instrumentation scope of what is not of a logger. */
export const SCOPE = 'telemetry-bus';

/** Calls a method that may not be there. */
function call(object: unknown, method: string, ...args: unknown[]): unknown {
  const found = read(object, method);
  return typeof found === 'function' ? quietly(() => Reflect.apply(found, object, args)) : undefined;
}

const classOf = (value: unknown): unknown => read(value, 'constructor');
const isNamed = (value: unknown, name: string): boolean => read(classOf(value), 'name') === name;

/**
 * Whether a provider is that of an SDK. Without one the API hands out what does nothing, and each signal shows it in another way;
 * none of these begins a span, a metric or a record.
 */
export function isTracing({ ProxyTracerProvider }: OpenTelemetryApi, provider: OtelTracerProvider): boolean {
  const delegate = call(provider, 'getDelegate') ?? provider;
  // A proxy that nobody registered has the one that all of them begin with.
  const none = ProxyTracerProvider === undefined ? undefined : call(new ProxyTracerProvider(), 'getDelegate');
  return delegate !== none && !isNamed(delegate, 'NoopTracerProvider');
}

export function isMetering(api: OpenTelemetryApi, provider: OtelMeterProvider): boolean {
  const meter = call(provider, 'getMeter', SCOPE);
  return meter !== undefined && meter !== call(api, 'createNoopMeter') && !isNamed(provider, 'NoopMeterProvider');
}

export function isLogging(api: OpenTelemetryLogsApi, provider: OtelLoggerProvider): boolean {
  const delegate = call(provider, '_getDelegate') ?? call(provider, 'getDelegate') ?? provider;
  const logger = call(delegate, 'getLogger', SCOPE);
  const none = call(api, 'createNoopLogger') ?? read(api, 'NOOP_LOGGER');
  return logger !== undefined && !(none !== undefined && classOf(logger) === classOf(none)) && !isNamed(delegate, 'NoopLoggerProvider');
}
