/**
 * `telemetry-bus/errors`: messages for people, reports, wrappers and scopes. Runs anywhere.
 *
 * `createErrors` makes the functions for a bus; those that are exported by themselves belong to the default bus.
 *
 * @module
 */
import { telemetry } from '../default-bus';
import { enginesOf, type Hosted } from '../engines';
import { createErrorFunctions, type ErrorFunctions, type ErrorOptions } from '../errors/errors';
import type { MessageFormat } from '../errors/messages/format';
import type { UserErrorKind } from '../errors/messages/kind-table';

/**
 * Makes the functions around errors for a bus: `userMessage`, `logAndFormat`, `report`, `capture`, `handleErrors`, `logCalls`,
 * `timed`. Each can be used by itself.
 *
 * @param telemetry - A bus of `createTelemetry`.
 * @param options - Own kinds of errors, translations, which failures are expected; see {@link ErrorOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const { capture, userMessage } = createErrors(telemetry, { locale: 'de', messages: { de: germanMessages } });
 * capture({ component: 'cart', rethrow: false }, () => JSON.parse('{')); // => undefined
 * userMessage(new SyntaxError('x')).split('\n')[0]; // => 'Eingabe nicht verstanden'
 */
export function createErrors<Kind extends string = never, Format extends MessageFormat = 'text'>(
  telemetry: Hosted,
  options: ErrorOptions<Kind, Format> = {},
): ErrorFunctions<UserErrorKind | Kind, Format> {
  return createErrorFunctions(enginesOf('createErrors', telemetry).errors, options);
}

const functions: ErrorFunctions = /* @__PURE__ */ createErrors(telemetry);

/** Those of the default bus. */
export const capture: ErrorFunctions['capture'] = functions.capture;
export const handleErrors: ErrorFunctions['handleErrors'] = functions.handleErrors;
export const isExpected: ErrorFunctions['isExpected'] = functions.isExpected;
export const kindOf: ErrorFunctions['kindOf'] = functions.kindOf;
export const logAndFormat: ErrorFunctions['logAndFormat'] = functions.logAndFormat;
export const logCalls: ErrorFunctions['logCalls'] = functions.logCalls;
export const report: ErrorFunctions['report'] = functions.report;
export const timed: ErrorFunctions['timed'] = functions.timed;

export { errorIdOf } from '../core/error-id';
export type { ErrorMark, ErrorPlace } from '../core/error-mark';
export type { ErrorFunctions, ErrorOptions, LogAndFormatOptions } from '../errors/errors';
export { fingerprintOf } from '../errors/fingerprint';
export type { Frame } from '../errors/frame';
export type { ErrorGroup } from '../errors/group';
export { englishMessages } from '../errors/messages/english';
export type { MessageFormat, MessageIn, MessageObject } from '../errors/messages/format';
export { germanMessages } from '../errors/messages/german';
export { USER_ERROR_KINDS, type UserErrorKind } from '../errors/messages/kind-table';
export type { MessageOptions, OwnKind, UserMessagesOptions } from '../errors/messages/options';
export type { CompleteTranslation, FooterText, KindText, Translation } from '../errors/messages/texts';
export { createUserMessages, type UserMessage, type UserMessages, userMessage } from '../errors/messages/user-messages';
export { normaliseMessage } from '../errors/normalise';
export { parseStack } from '../errors/stack';
export type { ErrorTrackerStats } from '../errors/tracker';
export type { CollapseMode, ErrorGroupQuery, ErrorTrackerOptions } from '../errors/tracker-options';
export type { Capture, CaptureOptions, RethrowingCaptureOptions } from '../errors/wrappers/capture';
export type { FallbackOptions, HandleErrors, HandleErrorsOptions, RethrowOptions, SwallowOptions } from '../errors/wrappers/handle-errors';
export type { LogCalls, LogCallsOptions } from '../errors/wrappers/log-calls';
export type { ReportOptions } from '../errors/wrappers/report';
export type { Timed, TimedOptions } from '../errors/wrappers/timed';
