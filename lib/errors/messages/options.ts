import { checkOptions, type OptionRule, optionInvalid } from '../../core/options';
import type { MessageFormat } from './format';
import { USER_ERROR_KINDS, type UserErrorKind } from './kind-table';
import type { KindText, Translation } from './texts';

/** A kind of error of your own, or other texts for one of the eight. */
export interface OwnKind extends KindText {
  /** Whether an error is of this kind; asked before anything else is looked at, for the error and what led to it. One that throws says no, and so does a promise. */
  readonly matches?: (error: unknown) => boolean;
}

/** Options of messages for people. */
export interface UserMessagesOptions<Kind extends string = never, Format extends MessageFormat = 'text'> {
  /** Kinds of your own by name; of several that match, the first. Default none. */
  readonly kinds?: Readonly<Record<Kind, OwnKind>>;
  /** Translations by language tag (`de`, `pt-BR`). Default none: English. */
  readonly messages?: Readonly<Record<string, Translation<UserErrorKind | NoInfer<Kind>>>>;
  /** The language of messages that don't say theirs. Default English. */
  readonly locale?: string;
  /** The format of messages that don't say theirs. Default `text`. */
  readonly format?: Format;
  /**
   * Whether a failure is expected, and so a warning and no error. `undefined` leaves it to the default rule: failed
   * validations are expected. One that throws leaves it to that rule, and so does a promise.
   */
  readonly expected?: (error: unknown) => boolean | undefined;
}

/** Options of one message. What is not valid here is ignored: a message is needed when something has gone wrong already. */
export interface MessageOptions<Kind extends string = UserErrorKind, Format extends MessageFormat = MessageFormat> {
  /** The kind, where you know better. Default: found out. */
  readonly kind?: Kind;
  readonly format?: Format;
  /** The reader's language, as `Accept-Language` or a profile has it: `de-AT` is looked for, then `de`, then the default. */
  readonly locale?: string;
  /** The id of the line in the log; only what `errorIdOf` makes is taken. Default: that of the error. */
  readonly errorId?: string;
}

const MAX_TEXT_CHARS = 500;
const MAX_LOCALE_CHARS = 35;
const KIND_NAME = /^[a-z][a-z0-9_]{0,63}$/;
const LOCALE = /^[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a text with one could forge a line below it
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

const isText = (value: unknown): boolean =>
  typeof value === 'string' && value.trim() !== '' && value.length <= MAX_TEXT_CHARS && value.trim() === value && !CONTROL.test(value);
const TEXT: OptionRule = [isText, `one line of at most ${MAX_TEXT_CHARS} characters without spaces around it`];
const TEXTS = { title: TEXT, message: TEXT, action: TEXT } satisfies Record<string, OptionRule>;
const ID: OptionRule = [(value) => isText(value) && String(value).split('{id}').length === 2, 'one line of text with {id} in it once'];

export const FORMAT_RULE: OptionRule = 'text|markdown|json';
const LOCALE_RULE: OptionRule = [
  (value) => typeof value === 'string' && value.length <= MAX_LOCALE_CHARS && LOCALE.test(value),
  'a language tag such as "de" or "de-AT"',
];

/** The rules of {@link UserMessagesOptions}, for those that have others beside them. */
export const USER_MESSAGES_RULES: Readonly<Record<string, OptionRule>> = {
  kinds: 'object',
  messages: 'object',
  locale: LOCALE_RULE,
  format: FORMAT_RULE,
  expected: 'function',
};

/**
 * Refuses kinds and translations that could not be shown.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`.
 */
export function checkTexts(where: string, options: UserMessagesOptions<string, MessageFormat>): void {
  const { kinds = {}, messages = {} } = options;
  for (const [name, kind] of Object.entries(kinds)) {
    if (!KIND_NAME.test(name) || name === 'id' || name === 'quote')
      throw optionInvalid(`${where}: kinds`, name, 'names of lower-case letters, digits and _, such as quota_exceeded; not id or quote');
    checkAll(`${where}: kinds.${name}`, kind, { ...TEXTS, matches: 'function' }, Object.keys(TEXTS));
  }
  const names = [...USER_ERROR_KINDS, ...Object.keys(kinds)];
  const rules = { id: ID, quote: TEXT, ...Object.fromEntries(names.map((name) => [name, 'object'])) };
  for (const [tag, translation] of Object.entries(messages)) {
    if (!LOCALE.test(tag)) throw optionInvalid(`${where}: messages`, tag, 'language tags such as "de" or "de-AT"');
    const place = `${where}: messages.${tag}`;
    checkOptions(place, translation ?? null, rules);
    for (const name of names) {
      const text = translation[name as UserErrorKind];
      if (text !== undefined) checkAll(`${place}.${name}`, text, TEXTS, Object.keys(TEXTS));
    }
  }
}

/** As `checkOptions`, and nothing that is required may be missing. */
function checkAll(where: string, value: unknown, rules: Readonly<Record<string, OptionRule>>, required: readonly string[]): void {
  checkOptions(where, value ?? null, rules);
  for (const name of required) {
    const given = (value as Record<string, unknown>)[name];
    if (given === undefined) throw optionInvalid(`${where}: ${name}`, given, 'one line of text');
  }
}
