import { bytes, NOTHING } from '../format';

/** @param key - What is counted in bytes, or is a mode of files, is written so. */
export function configText(key: string, value: unknown): string {
  if (typeof value === 'number' && key.endsWith('Mode')) return `0${value.toString(8)}`;
  if (typeof value === 'number' && key.endsWith('Bytes')) return `${value} (${bytes(value)})`;
  return valueText(value);
}

/** A value of the configuration on one line: levels of loggers as the variable has them, `coder.llm=debug, shop=warn`. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return NOTHING;
  if (typeof value !== 'object') return String(value);
  const pairs = Object.entries(value);
  return pairs.length === 0
    ? NOTHING
    : pairs.map(([name, one]) => (Array.isArray(value) ? String(one) : `${name}=${String(one)}`)).join(', ');
}

/** Whether each word that is looked for stands in one of these texts. */
export function hasWords(wanted: string, ...texts: readonly (string | undefined)[]): boolean {
  const all = texts.join('\n').toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}
