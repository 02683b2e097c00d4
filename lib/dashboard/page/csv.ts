import type { Exported } from './view';

/** As RFC 4180 has it. What a spreadsheet would take for a formula gets an apostrophe before it: log lines and names are not to be run. */
export function csv({ columns, rows }: Exported): string {
  return [columns, ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')
    .concat('\r\n');
}

function cell(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `errors-2026-11-22T12-04-31.csv` */
export const fileName = (name: string, ending: string, now: number): string =>
  `${name.replace(/[^\w.-]+/g, '-')}-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '-')}.${ending}`;
