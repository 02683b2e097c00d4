import type { EventName } from '../../../core/event';
import { checkOptions } from '../../../core/options';
import type { SpanAttributesOption } from './attributes';

/**
 * Options of spans. All are optional.
 *
 * | option | meaning | default |
 * | --- | --- | --- |
 * | `name` | names a span by the event that begins it, else the one that ends it, and its metadata; `undefined` leaves it as it is | see `startOpenTelemetry` |
 * | `include` | of which events there are spans; asked once for each event | all |
 * | `attributes` | `all` fields, those that are `tags` of their event, or `none` | `all` |
 * | `maxOpen` | how many spans can be under way, of one `telemetrySpanContext` 64; beyond, the oldest is ended | 10,000 |
 */
export interface OtelSpansOptions {
  readonly name?: (event: EventName, metadata: Readonly<Record<string, unknown>>) => string | undefined;
  readonly include?: (event: EventName) => boolean;
  readonly attributes?: SpanAttributesOption;
  readonly maxOpen?: number;
}

const MAX_OPEN = 10_000;
const isLimit = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1_000_000;

const RULES = {
  name: 'function',
  include: 'function',
  attributes: 'all|tags|none',
  maxOpen: [isLimit, 'a whole number from 1 to 1,000,000'],
} as const;

/** Options as they are used. */
export type ResolvedSpansOptions = Required<Pick<OtelSpansOptions, 'attributes' | 'maxOpen'>> & Pick<OtelSpansOptions, 'name' | 'include'>;

/** @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID` */
export function resolveSpansOptions(where: string, options: OtelSpansOptions = {}): ResolvedSpansOptions {
  checkOptions(where, options, RULES);
  return { ...options, attributes: options.attributes ?? 'all', maxOpen: options.maxOpen ?? MAX_OPEN };
}
