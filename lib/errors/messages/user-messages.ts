import { errorIdOf } from '../../core/error-id';
import { checkOptions, type OptionRule } from '../../core/options';
import { quietly } from '../../core/quietly';
import { isObject } from '../../core/read';
import type { Warning } from '../../core/warning';
import { createCatalogue } from './catalogue';
import { Complaints } from './complaints';
import { isValidation, kindByLooks } from './find-kind';
import { MESSAGE_FORMATS, type MessageFormat, type MessageIn } from './format';
import { isUserErrorKind, type UserErrorKind } from './kind-table';
import { checkTexts, FORMAT_RULE, type MessageOptions, USER_MESSAGES_RULES, type UserMessagesOptions } from './options';
import { relatedErrors } from './related';

/**
 * Says to a person what went wrong, without a word of the error itself but its id.
 *
 * The message is a title, a sentence and what to do, all written beforehand for the kind of error, then the error id and a
 * line asking to quote it: two errors of one kind give the same bytes but for the id, so nothing inside can show, whatever
 * the error carries. Never throws, whatever it is given; options that are not valid are ignored and said once.
 *
 * The kind is `options.kind`; else the first own kind that matches; else what the error shows by itself, then its causes and
 * the errors of an AggregateError, the nearest first (at most 32): a `kind` that is one of the eight, `code`, HTTP status,
 * name of the class, `issues`; else `unknown`.
 *
 * @param error - What was thrown, whatever it is.
 * @param options - See {@link MessageOptions}.
 * @returns Text; in format `json` a frozen object `{ kind, title, message, action, errorId, quote }`.
 * @example
 * const late = new Error('connect 10.0.0.7:5432', { cause: { code: 'ETIMEDOUT' } });
 * userMessage(late, { format: 'json' }).title; // => 'That took too long'
 */
export type UserMessage<Kind extends string = UserErrorKind, Format extends MessageFormat = 'text'> = <
  Chosen extends MessageFormat = Format,
>(
  error: unknown,
  options?: MessageOptions<Kind, Chosen>,
) => MessageIn<Chosen, Kind>;

/** What is known about errors with people in mind. */
export interface UserMessages<Kind extends string = UserErrorKind, Format extends MessageFormat = 'text'> {
  readonly userMessage: UserMessage<Kind, Format>;
  /** The kind of an error, as {@link UserMessage} finds it out. */
  readonly kindOf: (error: unknown) => Kind;
  /** Whether a failure is expected: what `expected` says, else whether the error itself (not a cause) is a failed validation. */
  readonly isExpected: (error: unknown) => boolean;
}

/** The shape of the ids that `errorIdOf` makes; anything else could carry something. */
const ERROR_ID = /^[0-9a-hjkmnp-tv-z]{8}$/;

/**
 * Puts together messages for people; `createErrorFunctions` does it for a bus.
 *
 * @param options - See {@link UserMessagesOptions}.
 * @param warn - Told, once each, of options that were ignored and of functions that threw. Default: nobody.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 * @example
 * const { userMessage } = createUserMessages({ messages: { de: germanMessages }, locale: 'de' });
 * userMessage(new SyntaxError('x'), { format: 'json' }).title; // => 'Eingabe nicht verstanden'
 */
export function createUserMessages<Kind extends string = never, Format extends MessageFormat = 'text'>(
  options: UserMessagesOptions<Kind, Format> = {},
  warn: (warning: Warning) => void = () => {},
): UserMessages<UserErrorKind | Kind, Format> {
  checkOptions('userMessage', options, USER_MESSAGES_RULES);
  checkTexts('userMessage', options);
  const complaints = new Complaints(warn);
  const catalogue = createCatalogue(options as UserMessagesOptions<string, never>);
  const own = Object.entries<{ readonly matches?: (error: unknown) => boolean }>(options.kinds ?? {});
  const matchers = own.flatMap(([kind, { matches }]) => (matches === undefined ? [] : [{ kind, matches }]));
  const kinds = new Set(own.map(([kind]) => kind));
  const { expected, format: usualFormat = 'text' } = options;

  const isKind = (word: unknown): boolean => isUserErrorKind(word) || kinds.has(word as string);
  const rules: Readonly<Record<string, OptionRule>> = {
    kind: [isKind, 'the name of a kind'],
    format: FORMAT_RULE,
    locale: 'string',
    errorId: 'string',
  };

  function isMatch({ kind, matches }: (typeof matchers)[number], error: unknown): boolean {
    const failed = (): void => complaints.say('HANDLER_FAILED', `userMessage: kinds.${kind}.matches failed, which counts as no`);
    // A promise is not true.
    return quietly(() => matches(error), failed) === true;
  }

  function kindOf(error: unknown): string {
    const related = relatedErrors(error);
    if (matchers.length > 0) {
      for (const candidate of isObject(error) ? related : [error]) {
        const matcher = matchers.find((each) => isMatch(each, candidate));
        if (matcher !== undefined) return matcher.kind;
      }
    }
    for (const candidate of related) {
      const kind = kindByLooks(candidate);
      if (kind !== undefined) return kind;
    }
    return 'unknown';
  }

  function isExpected(error: unknown): boolean {
    const failed = (): void => complaints.say('HANDLER_FAILED', 'userMessage: expected failed, so the default rule was taken');
    const verdict = quietly(() => expected?.(error), failed);
    return typeof verdict === 'boolean' ? verdict : isValidation(error);
  }

  function userMessage(error: unknown, given?: unknown): unknown {
    const { kind = kindOf(error), format = usualFormat, locale, errorId } = complaints.accept('userMessage', given, rules);
    const parts = {
      kind: kind as string,
      text: catalogue.text(kind as string, locale as string | undefined),
      footer: catalogue.footer(locale as string | undefined),
      errorId: ERROR_ID.test(String(errorId)) ? String(errorId) : errorIdOf(error),
    };
    return MESSAGE_FORMATS[format as MessageFormat](parts);
  }

  return Object.freeze({ userMessage: userMessage as never, kindOf: kindOf as never, isExpected });
}

/** {@link UserMessage} in English, without kinds of its own. */
export const userMessage: UserMessage = createUserMessages().userMessage;
