import { escapeMarkdown } from './markdown';
import type { FooterText, KindText } from './texts';

/** How a message for people is written: plain text, Markdown, or an object for JSON. */
export type MessageFormat = 'text' | 'markdown' | 'json';

/** A message as data; `JSON.stringify` of it can be sent as it is. */
export interface MessageObject<Kind extends string = string> extends KindText {
  readonly kind: Kind;
  readonly errorId: string;
  /** Asks to quote the id. */
  readonly quote: string;
}

/** What a format makes of a message. */
export type MessageIn<Format extends MessageFormat, Kind extends string = string> = Format extends 'json' ? MessageObject<Kind> : string;

/** A message is made of texts that were written beforehand, and an id: there is no way in for anything else. */
export interface MessageParts<Kind extends string = string> {
  readonly kind: Kind;
  readonly text: KindText;
  readonly footer: FooterText;
  readonly errorId: string;
}

const withId = (text: string, id: string): string => text.split('{id}').join(id);

/** The writers by format. */
export const MESSAGE_FORMATS: Readonly<{
  text: (parts: MessageParts) => string;
  markdown: (parts: MessageParts) => string;
  json: <Kind extends string>(parts: MessageParts<Kind>) => MessageObject<Kind>;
}> = {
  text: ({ text: { title, message, action }, footer, errorId }) =>
    `${title}\n${message}\n${action}\n\n${withId(footer.id, errorId)}\n${footer.quote}`,

  markdown: ({ text: { title, message, action }, footer, errorId }) =>
    [
      `**${escapeMarkdown(title)}**`,
      escapeMarkdown(message),
      escapeMarkdown(action),
      `_${withId(escapeMarkdown(footer.id), errorId)}_`,
      escapeMarkdown(footer.quote),
    ].join('\n\n'),

  json: ({ kind, text: { title, message, action }, footer, errorId }) =>
    Object.freeze({ kind, title, message, action, errorId, quote: footer.quote }),
};
