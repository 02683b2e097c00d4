import { painter, type Style } from '../../../log/formats/colors';
import { escapeText } from '../../../log/formats/escape';
import type { Finding } from './finding';

const MARKS: Readonly<Record<Finding['status'], readonly [text: string, style: Style]>> = {
  ok: ['ok', 'INFO'],
  warning: ['warn', 'WARNING'],
  failed: ['FAIL', 'ERROR'],
};
const WIDTH = 6;

/** A finding as lines for a terminal, each with its end. What others wrote is escaped. */
export function printFinding({ status, message, details = [], fix }: Finding, colors: boolean): string {
  const [mark, style] = MARKS[status];
  const more = [...details, ...(fix === undefined ? [] : [`-> ${fix}`])].map((text) => `${' '.repeat(WIDTH)}${escapeText(text)}\n`);
  return `${painter(colors)(style, mark)}${' '.repeat(WIDTH - mark.length)}${escapeText(message)}\n${more.join('')}`;
}
