import type { UserErrorKind } from './kind-table';

/** What people read about one kind of error. Each is one line of at most 500 characters. */
export interface KindText {
  /** Some words, shown in bold. */
  readonly title: string;
  /** What happened, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
}

/** What stands below every message. */
export interface FooterText {
  /** With `{id}` where the error id goes. */
  readonly id: string;
  /** Asks to quote the id. */
  readonly quote: string;
}

/** The texts of one language; what is missing is taken from the next language of the search, English in the end. */
export type Translation<Kind extends string = UserErrorKind> = { readonly [Name in Kind]?: KindText } & Partial<FooterText>;

/** A translation in which nothing is missing. */
export type CompleteTranslation = { readonly [Kind in UserErrorKind]: KindText } & FooterText;
