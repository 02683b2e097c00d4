import { checkOptions, type OptionRule } from '../core/options';
import type { ErrorHost } from './host';
import { Complaints } from './messages/complaints';
import type { MessageFormat, MessageIn } from './messages/format';
import type { UserErrorKind } from './messages/kind-table';
import { type MessageOptions, USER_MESSAGES_RULES, type UserMessagesOptions } from './messages/options';
import { createUserMessages, type UserMessages } from './messages/user-messages';
import { type Capture, createCapture } from './wrappers/capture';
import { guardHost } from './wrappers/guarded-host';
import { createHandleErrors, type HandleErrors } from './wrappers/handle-errors';
import { createLogCalls, type LogCalls } from './wrappers/log-calls';
import { isLoggerName, lineLevel, REPORT_RULES, type ReportOptions } from './wrappers/report';
import { type Report, Reporter } from './wrappers/reporter';
import { createTimed, type Timed } from './wrappers/timed';
import { ToldErrors } from './wrappers/told-errors';

/** Options of the functions around errors. */
export interface ErrorOptions<Kind extends string = never, Format extends MessageFormat = 'text'>
  extends UserMessagesOptions<Kind, Format> {
  /** The logger of errors without a component, without the app. Default `errors`. */
  readonly logger?: string;
}

/** Options of `logAndFormat`: of the line, whose `message` is meant, and of the message for people. */
export interface LogAndFormatOptions<Kind extends string = UserErrorKind, Format extends MessageFormat = MessageFormat>
  extends ReportOptions,
    Omit<MessageOptions<Kind, Format>, 'errorId'> {}

/** What can be done about errors, bound to one bus. Each function can be used by itself. */
export interface ErrorFunctions<Kind extends string = UserErrorKind, Format extends MessageFormat = 'text'>
  extends UserMessages<Kind, Format> {
  /**
   * Logs an error with its id and returns what to say to a person, with the same id; for a thrown text, too. Expected
   * failures are warnings. Never throws; options that are not valid are ignored and said once.
   *
   * The line is written even if a wrapper or `report` told of the error before, and in a storm of equal ones, since somebody
   * has its id. An error object that passes a wrapper, `report` and `logAndFormat` counts once; told of again by the same one
   * of these, it is a new failure.
   *
   * @param error - What was thrown, whatever it is.
   * @param options - `component`, `level`, `fields`, `message` of the line; `kind`, `format`, `locale` of the text.
   * @returns As `userMessage`.
   * @example
   * errors.logAndFormat(new SyntaxError('x'), { format: 'json' }).kind; // => 'parse_error'
   */
  readonly logAndFormat: <Chosen extends MessageFormat = Format>(
    error: unknown,
    options?: LogAndFormatOptions<Kind, Chosen>,
  ) => MessageIn<Chosen, Kind>;
  /**
   * Reports an error: it is counted, unless a wrapper told of this failure before, and logged with its id unless a storm of
   * equal ones collapses it. Wrappers around will not report it again. Never throws; options that are not valid are ignored
   * and said once.
   *
   * @param error - What was thrown, whatever it is.
   * @param options - `component`, `level` (default `error`, `warn` for an expected failure), `fields`, `message`.
   * @returns The id of the error.
   * @example
   * const error = new Error('disk full');
   * errors.report(error, { component: 'cache' }) === errorIdOf(error); // => true
   */
  readonly report: (error: unknown, options?: ReportOptions) => string;
  readonly capture: Capture;
  readonly handleErrors: HandleErrors;
  readonly logCalls: LogCalls;
  readonly timed: Timed;
}

const LOGGER_RULE: OptionRule = [isLoggerName, 'words of letters, digits, _, - or $, joined by dots'];
const RULES = { ...USER_MESSAGES_RULES, logger: LOGGER_RULE };
const MESSAGE_NAMES = ['kind', 'format', 'locale'] as const;

/**
 * Makes the functions around errors of one bus: messages for people, reports, wrappers.
 *
 * @param host - What they use of the bus.
 * @param options - See {@link ErrorOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 */
export function createErrorFunctions<Kind extends string = never, Format extends MessageFormat = 'text'>(
  host: ErrorHost,
  options: ErrorOptions<Kind, Format> = {},
): ErrorFunctions<UserErrorKind | Kind, Format> {
  checkOptions('errors', options, RULES);
  const { logger = 'errors', ...messageOptions } = options;
  const warn = host.warn.bind(host);
  const complaints = new Complaints(warn);
  const messages = createUserMessages(messageOptions as UserMessagesOptions<Kind, Format>, warn);
  const guarded = guardHost(host, complaints);
  const makeTold = (): ToldErrors => new ToldErrors();
  const told = host.shared?.('errors.told', makeTold) ?? makeTold();
  const reporter = new Reporter({ host: guarded, told, complaints, logger, isExpected: messages.isExpected });

  const report = (error: unknown, given?: unknown): string =>
    reporter.report(error, reportOf(complaints.accept('report', given, REPORT_RULES)), 'report');

  function logAndFormat(error: unknown, given?: unknown): unknown {
    const said = complaints.accept('logAndFormat', given, LOG_AND_FORMAT_RULES);
    const errorId = reporter.report(error, reportOf(said), 'logAndFormat');
    const wanted = Object.fromEntries(MESSAGE_NAMES.flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])));
    return messages.userMessage(error, { ...wanted, errorId } as never);
  }

  return Object.freeze({
    ...messages,
    report,
    logAndFormat: logAndFormat as never,
    capture: createCapture(reporter),
    handleErrors: createHandleErrors(reporter),
    logCalls: createLogCalls(guarded, reporter, complaints),
    timed: createTimed(guarded),
  });
}

const LOG_AND_FORMAT_RULES: Readonly<Record<string, OptionRule>> = {
  ...REPORT_RULES,
  ...Object.fromEntries(MESSAGE_NAMES.map((name) => [name, 'any'])),
};

const reportOf = ({ component, level, fields, message }: ReportOptions): Report => ({
  component,
  level: lineLevel(level),
  fields,
  message,
});
