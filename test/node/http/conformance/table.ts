import { CASES, type CaseName } from './driver';

/** What became of a case in a framework. */
export type Result = 'passed' | 'failed' | { readonly lacks: string };

/** Results by framework and case. */
export type Results = ReadonlyMap<string, ReadonlyMap<CaseName, Result>>;

/**
 * Frameworks × cases. A case that can't be is `n/a` with the number of a footnote, which says why; one that did not run is `?`, which no
 * finished run has.
 */
export function table(results: Results): string {
  const names = [...results.keys()];
  const notes: string[] = [];
  const rows = CASES.map((name) => [name, ...names.map((framework) => cell(results.get(framework)!.get(name), notes))]);
  const all = [['case', ...names], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const lines = all.map((row) => `| ${row.map((text, column) => text.padEnd(widths[column]!)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return [...lines, '', ...notes.map((note, index) => `${index + 1}. ${note}.`)].join('\n');
}

function cell(result: Result | undefined, notes: string[]): string {
  if (result === undefined) return '?';
  if (result === 'passed') return '✓';
  if (result === 'failed') return '✗';
  if (!notes.includes(result.lacks)) notes.push(result.lacks);
  return `n/a ${notes.indexOf(result.lacks) + 1}`;
}
