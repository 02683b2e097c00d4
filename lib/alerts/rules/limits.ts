/** What rules may hold at most. */
export const MAX_TEXT = 2000;
export const MAX_PATTERN = 1000;
export const MAX_LIST = 20;
export const MAX_NAME = 256;
export const MAX_WINDOW_MS: number = 24 * 36e5;
/** What timers can hold; the longest that anything may last. */
export const MAX_LASTING_MS: number = 2 ** 31 - 1;

export const DEFAULT_WINDOW_MS: number = 6e4;
export const DEFAULT_WINDOWS_MS: readonly [long: number, short: number] = Object.freeze([36e5, 3e5]) as never;

/** Statistics of durations. */
export const STATISTICS = ['min', 'max', 'mean', 'p50', 'p75', 'p90', 'p95', 'p99', 'p999'] as const;
/** What a history comes to. */
export const OF_HISTORY = ['avg', 'min', 'max'] as const;
