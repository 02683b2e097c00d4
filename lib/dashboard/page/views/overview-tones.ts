/** From where on a number of the overview is worth a look. */
import type { Tone } from '../parts';

/** A part of all, 0 to 1: 1 % is worth a look, 5 % is bad. */
export const errorTone = (ratio: number | null | undefined): Tone => above(ratio, 0.01, 0.05);

/** 0 to 1: below 0.85 some wait, below 0.7 many do. These are the borders that Apdex calls fair and poor. */
export function apdexTone(score: number | null | undefined): Tone {
  if (score === null || score === undefined) return 'neutral';
  return score < 0.7 ? 'bad' : score < 0.85 ? 'warn' : 'good';
}

type Health = 'pass' | 'warn' | 'fail';

export const HEALTH_TONES: Readonly<Record<Health, Tone>> = { pass: 'good', warn: 'warn', fail: 'bad' };
export const HEALTH_WORDS: Readonly<Record<Health, string>> = { pass: 'healthy', warn: 'degraded', fail: 'failing' };

function above(value: number | null | undefined, warn: number, bad: number): Tone {
  if (value === null || value === undefined) return 'neutral';
  return value > bad ? 'bad' : value > warn ? 'warn' : 'good';
}
