import { show } from './show';

/** Every code a {@link TelemetryError} can carry. Codes are stable: match on them, not on messages. */
export type TelemetryErrorCode =
  | 'EVENT_NAME_INVALID'
  | 'EVENT_DUPLICATE'
  | 'HANDLER_EXISTS'
  | 'HANDLER_INVALID'
  | 'OPTION_UNKNOWN'
  | 'OPTION_INVALID'
  | 'SCHEMA_ASYNC'
  | 'SCHEMA_MISMATCH'
  | 'CAPTURE_TIMEOUT'
  | 'METRIC_INVALID'
  | 'METRIC_CONFLICT'
  | 'CONFIG_INVALID'
  | 'SINK_OPEN_FAILED'
  | 'ALREADY_STARTED'
  | 'PEER_MISSING'
  | 'RULE_INVALID'
  | 'SNAPSHOT_INVALID';

const BRAND = Symbol.for('telemetry-bus/error');

/**
 * The one error class of this library.
 *
 * Thrown where a program is put together (definition, attach, start), never from an emission, a timer or a handler.
 * `message` reads "what happened. why. what to do. [CODE]"; the parts stand in fields of their own for tools.
 * Copies of the library in one process (ESM and CommonJS) recognise each other's errors through
 * {@link isTelemetryError}; `instanceof` does not cross that line.
 */
export class TelemetryError extends Error {
  declare readonly code: TelemetryErrorCode;
  declare readonly what: string;
  declare readonly why: string;
  declare readonly fix: string;

  /**
   * @param code - Which mistake it is; see {@link TelemetryErrorCode}.
   * @param what - What happened, in one clause.
   * @param why - The reason, with the actual value.
   * @param fix - What to do about it.
   * @param options - `cause`: the error underneath, if there was one.
   */
  constructor(code: TelemetryErrorCode, what: string, why: string, fix: string, options?: { readonly cause?: unknown }) {
    super(`${what}. ${why}. ${fix}. [${code}]`, options);
    Object.assign(this, { name: 'TelemetryError', code, what, why, fix });
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/**
 * Tells whether a value is a {@link TelemetryError}, whichever copy of the library made it.
 *
 * @example
 * try {
 *   telemetry.attach('audit', ['not', 'a name'] as never, () => {});
 * } catch (error) {
 *   isTelemetryError(error) && error.code; // => 'EVENT_NAME_INVALID'
 * }
 */
export const isTelemetryError = (value: unknown): value is TelemetryError => typeof value === 'object' && value !== null && BRAND in value;

/** The error for a value of the wrong kind, which is most of them. */
export const refusal = (code: TelemetryErrorCode, what: string, value: unknown, expected: string): TelemetryError =>
  new TelemetryError(code, `${what} is not valid`, `Got ${show(value)}`, `Expected ${expected}`);
