import { type Duration, parseDuration } from '../core/unit';

const LONGEST_MS = 365 * 864e5;

/**
 * Reads a duration that may be none at all: 0, or text such as `'0s'`. @returns ms
 *
 * @throws {TelemetryError} `OPTION_INVALID` for what is no duration, or more than 365 days.
 */
export const readWait = (what: string, value: Duration): number =>
  value === 0 || /^0+(?:\.0+)? ?(?:ms|[smhd])$/.test(String(value)) ? 0 : parseDuration(what, value, LONGEST_MS);
