import { OneAtATime } from '../../health/checks/one-at-a-time';
import type { CheckDetails, CheckFunction } from '../../health/result';

/**
 * A check that asks the file system, which can hang for as long as a network drive is away and can't be told to stop: one question at
 * a time, so that it holds no more than one of the few threads that Node has for files.
 */
export function oneLook(look: () => Promise<CheckDetails>): CheckFunction {
  const question = new OneAtATime(look);
  return ({ signal }) => question.answer(signal);
}

/** Whole units of 1024, as `df -h` shows them. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let [size, unit] = [bytes, 0];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
