/** Reads a table by a word that data may hold: `constructor` and the like are not in it. */
export const lookup = <T>(table: Readonly<Record<string, T>>, word: unknown): T | undefined =>
  typeof word === 'string' && Object.hasOwn(table, word) ? table[word] : undefined;
