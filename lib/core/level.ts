/** The levels of this library, from the chattiest to none at all. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'silent'] as const;
export type Level = (typeof LEVELS)[number];

/** How a level may be written; any case is taken at run time. `warning` is warn, `fatal` critical, `off` silent. */
export type LevelName = Level | 'warning' | 'fatal' | 'off';

const ALIASES: Readonly<Record<string, Level>> = { warning: 'warn', fatal: 'critical', off: 'silent' };

/** The level a word stands for, in any case; `undefined` when it is none. */
export function toLevel(value: unknown): Level | undefined {
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  return Object.hasOwn(ALIASES, word) ? ALIASES[word] : LEVELS.find((level) => level === word);
}

export const isLevel = (value: unknown): value is LevelName => toLevel(value) !== undefined;
