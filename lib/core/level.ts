/** The levels of this library, from the chattiest to none at all. */
export const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'silent'] as const;
export type Level = (typeof LEVELS)[number];

/** How a level may be written; any case is taken at run time. `warning` is warn, `fatal` critical, `off` silent. */
export type LevelName = Level | 'warning' | 'fatal' | 'off';

export const isLevel = (value: unknown): value is LevelName => [...LEVELS, 'warning', 'fatal', 'off'].includes(String(value).toLowerCase());
