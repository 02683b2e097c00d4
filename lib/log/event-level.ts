import type { Definition } from '../core/definition';
import type { EventName } from '../core/event';
import { type Level, toLevel } from '../core/level';

const words = (list: string, level: Level): readonly (readonly [string, Level])[] => list.split(' ').map((word) => [word, level]);

/** The last word of an action tells its level; actions that happen all the time are for debugging. */
const LEVEL_OF_WORD: ReadonlyMap<string, Level> = new Map([
  ...words('error errors exception failure failed fail crash crashed', 'error'),
  ...words('timeout timedout retry retried slow rejected', 'warn'),
  ...words('hit miss heartbeat tick poll ping chunk', 'debug'),
]);

/**
 * The level of an event's records: the definition's, else what its action says. `error`, `request_failed` → error;
 * `timeout`, `retry` → warn; `cache_hit`, `heartbeat` → debug; the rest info.
 */
export function levelOfEvent([, , action]: EventName, definition: Definition | undefined): Level {
  const own = toLevel(definition?.level);
  if (own !== undefined) return own;
  const word = action
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[_-]/)
    .pop()!;
  return LEVEL_OF_WORD.get(word) ?? 'info';
}
