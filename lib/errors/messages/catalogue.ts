import { englishMessages } from './english';
import { localesOf, normaliseLocale } from './locale';
import type { UserMessagesOptions } from './options';
import type { FooterText, KindText } from './texts';

type Texts = ReadonlyMap<string, KindText | string>;

/** The texts of all languages that were given, read once; what is changed afterwards changes no message. */
export interface MessageCatalogue {
  /** The text of a kind, in the closest language that has it. */
  text(kind: string, locale: string | undefined): KindText;
  /** The lines below a message. */
  footer(locale: string | undefined): FooterText;
}

/** Brings own texts, own languages and English into one order of search. */
export function createCatalogue(options: UserMessagesOptions<string, never>): MessageCatalogue {
  const languages = new Map<string, Texts>();
  for (const [tag, translation] of Object.entries(options.messages ?? {})) languages.set(normaliseLocale(tag), copy(translation));
  const own = copy(options.kinds ?? {});
  const english = copy(englishMessages);
  // Asked for by name, English comes before the usual language.
  languages.set('en', new Map([...english, ...own, ...(languages.get('en') ?? [])]));
  const usual = options.locale === undefined ? [] : localesOf(options.locale);

  function find(name: string, locale: string | undefined): KindText | string | undefined {
    for (const tag of locale === undefined ? usual : [...localesOf(locale), ...usual]) {
      const found = languages.get(tag)?.get(name);
      if (found !== undefined) return found;
    }
    return own.get(name) ?? english.get(name);
  }

  return {
    text: (kind, locale) => (find(kind, locale) ?? englishMessages.unknown) as KindText,
    footer: (locale) => ({ id: find('id', locale) as string, quote: find('quote', locale) as string }),
  };
}

function copy(texts: object): Texts {
  const copied = new Map<string, KindText | string>();
  for (const [name, text] of Object.entries<KindText | string | undefined>(texts as never)) {
    if (typeof text === 'string') copied.set(name, text);
    else if (text !== undefined) copied.set(name, { title: text.title, message: text.message, action: text.action });
  }
  return copied;
}
