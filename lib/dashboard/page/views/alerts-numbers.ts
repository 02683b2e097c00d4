/** Values and thresholds of alerts, in the unit that the text of their rule has. */
import { bytes, duration, NOTHING, number, percent } from '../format';

const UNITS: Readonly<Record<string, (value: number) => string>> = {
  '%': percent,
  ms: duration,
  s: duration,
  m: duration,
  h: duration,
  d: duration,
  B: bytes,
  KB: bytes,
  MB: bytes,
  GB: bytes,
  '/s': (value) => `${number(value)}/s`,
  '/min': (value) => `${number(value * 60)}/min`,
  '/h': (value) => `${number(value * 3600)}/h`,
};
/** What is quoted, patterns included, is data. */
const QUOTED = /"(?:[^"\\]|\\.)*"|\/(?:[^/\\\n]|\\.)+\/[a-z]*/g;
const TEST = /[<>]=?\s*(?:critical\s+)?-?\d[\d.]*\s*(%|ms|s|m|h|d|KB|MB|GB|B|\/s|\/min|\/h)?(?![\w])/;

/**
 * A value of an alert as people read it: by the unit behind the threshold in the rule's text.
 *
 * @param condition - Such as `p95("coder.llm.response") > 10s in 5m`.
 */
export function alertNumber(condition: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return NOTHING;
  // A rate is written as a number and `/`: patterns stand between two of these, and only after a bracket or a comma.
  const test = TEST.exec(
    condition.replace(QUOTED, (text, at: number) => (text.startsWith('/') && !/[(,]\s*$/.test(condition.slice(0, at)) ? text : '""')),
  );
  const unit = test?.[1];
  return unit === undefined ? number(value) : (UNITS[unit] as (value: number) => string)(value);
}
