import type { Exemplar, Tags } from '../../metrics/view';
import { escapeValue } from './escape';
import { LabelNames } from './names';
import { numberText, secondsText } from './numbers';

/** The limit of OpenMetrics for names and values together, in code points. */
const MAX_CHARS = 128;

/** The text behind a sample, with its leading space. Nothing where there is no exemplar, or one that is too long. */
export function exemplarText(exemplar: Exemplar | undefined, convert: (value: number) => number): string {
  if (exemplar === undefined) return '';
  const labels = exemplarLabels(exemplar.tags);
  return labels === undefined ? '' : ` # {${labels}} ${numberText(convert(exemplar.value))} ${secondsText(exemplar.time)}`;
}

/** Nothing when they are longer than what is allowed. */
export function exemplarLabels(tags: Tags): string | undefined {
  const names = new LabelNames([]);
  let chars = 0;
  const parts: string[] = [];
  for (const [tag, value] of tags) {
    const name = names.of(tag);
    chars += name.length + codePoints(value);
    if (chars > MAX_CHARS) return undefined;
    parts.push(`${name}="${escapeValue(value)}"`);
  }
  return parts.join(',');
}

/** Of a long text, at most one more than matters is counted. */
function codePoints(text: string): number {
  return text.length > 2 * MAX_CHARS ? text.length : [...text].length;
}
