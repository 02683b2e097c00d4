import { read } from '../core/read';
import type { SlowSeverity, ThresholdsInMs } from './thresholds';

/** Seconds with one decimal, as thresholds are told: `5.0s`. */
const secondsText = (ms: number): string => `${(ms / 1000).toFixed(1)}s`;

/** How long something took: seconds with one decimal, `35.2s`; below 0.1 s milliseconds, two digits of them: `8.5ms`. */
export const elapsedText = (ms: number): string => (ms >= 100 ? secondsText(ms) : `${Number(Number(ms.toFixed(3)).toPrecision(2))}ms`);

/**
 * Tells thresholds in seconds with one decimal, in the fields that pages of metrics have.
 *
 * @param thresholds - In ms, as `SlowWatch.thresholds` gives them. One that is missing is left out.
 * @example
 * thresholdsInSeconds({ warn: 5000, error: 10_000 }); // => { slow_request: '5.0s', very_slow_request: '10.0s' }
 */
export function thresholdsInSeconds({ warn, error }: ThresholdsInMs): { slow_request?: string; very_slow_request?: string } {
  return {
    ...(warn !== undefined && { slow_request: secondsText(warn) }),
    ...(error !== undefined && { very_slow_request: secondsText(error) }),
  };
}

/** What a line about a slow operation says. */
export interface SlowText {
  readonly severity: SlowSeverity;
  readonly durationMs: number;
  readonly className: string | undefined;
  /** Whether it is called a request. */
  readonly isRequest: boolean;
  readonly description: string;
}

/** The message of its line: `Slow request [tools]: POST /path - 35.2s`, `VERY SLOW OPERATION: coder.llm.response - 12.0s`. */
export function slowText({ severity, durationMs, className, isRequest, description }: SlowText): string {
  const noun = isRequest ? 'request' : 'operation';
  const what = severity === 'slow' ? `Slow ${noun}` : `VERY SLOW ${noun.toUpperCase()}`;
  return `${what}${className === undefined ? '' : ` [${className}]`}: ${description} - ${elapsedText(durationMs)}`;
}

/**
 * `<method> <path>` of metadata that has both, else `undefined`; a `route` stands in for a missing path. Without query and
 * fragment, which carry tokens.
 *
 * @param hidden - Keys that must not be told.
 */
export function requestOf(metadata: object, hidden: readonly string[]): string | undefined {
  const text = (key: string): string | undefined => {
    const value = hidden.includes(key) ? undefined : read(metadata, key);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const method = text('method');
  const path = text('path') ?? text('route');
  return method === undefined || path === undefined ? undefined : `${method} ${path.slice(0, 1000).replace(/[?#].*$/s, '')}`;
}
