import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long the application waits for an answer that is being made. */
const TURN_MS = 5;

/**
 * Lets the application run in the middle of long work: asked between its parts, it waits for the event loop whenever 5 ms are used up.
 * Keeps no process alive for longer than the work.
 */
export class Turns {
  private until = performance.now() + TURN_MS;

  get isOver(): boolean {
    return performance.now() >= this.until;
  }

  /** To be awaited when a turn is over. */
  async next(): Promise<void> {
    await nextTurn();
    this.until = performance.now() + TURN_MS;
  }
}

/** As `map`, in turns. */
export async function mapInTurns<Item, Result>(
  items: Iterable<Item>,
  make: (item: Item) => Result,
  turns: Turns = new Turns(),
): Promise<Result[]> {
  const made: Result[] = [];
  for (const item of items) {
    if (turns.isOver) await turns.next();
    made.push(make(item));
  }
  return made;
}
