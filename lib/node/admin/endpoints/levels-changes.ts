import type { Clock } from '../../../core/clock';
import type { Level } from '../../../core/level';
import { quietly } from '../../../core/quietly';
import type { Telemetry } from '../../../index';

/** A level that was changed and will be, or can be, put back. */
export interface LevelChange {
  /** `*`: all loggers without a level of their own. */
  readonly logger: string;
  /** `inherit`: as the name above. */
  readonly level: Level | 'inherit';
  /** Before the first of the changes that follow one another. */
  readonly original: Level | 'inherit';
  /** ms since the epoch; `undefined`: it stays. */
  readonly until: number | undefined;
  /** Who made it. */
  readonly by: string;
}

/** What a change replaced. */
export interface LevelStep {
  readonly change: LevelChange;
  readonly before: Level | 'inherit';
}

interface Pending extends LevelChange {
  /** A change without an end that this one is above: it holds again afterwards. */
  readonly beneath: Pending | undefined;
  cancel(): void;
}

export const ALL = '*';
const MAX_CHANGES = 100;

/**
 * Changes levels for a time. At the end each is what it was before, unless somebody else changed it meanwhile: then it stays. A further
 * change of the same logger takes the place of the one before, and goes back to what was before that one; only what was to stay for
 * ever is gone back to itself, and can still be put back then. One for each bus: what two of them change at a time would be taken for
 * somebody else's.
 */
export class LevelChanges {
  private readonly pending = new Map<string, Pending>();

  /** @param reverted - Told when a time is over: what the level was, and what it is now. Equal: somebody else had changed it. */
  constructor(
    private readonly telemetry: Pick<Telemetry, 'setLogLevel' | 'getLogLevels'>,
    private readonly clock: Clock,
    private readonly reverted: (change: LevelChange, before: Level | 'inherit', after: Level | 'inherit') => void,
  ) {}

  list(): readonly LevelChange[] {
    return [...this.pending.values()].map(({ logger, level, original, until, by }) => ({ logger, level, original, until, by }));
  }

  /** The level of exactly this logger. */
  levelOf(logger: string): Level | 'inherit' {
    const levels = this.telemetry.getLogLevels();
    const name = logger === ALL ? '' : logger;
    return Object.hasOwn(levels, name) ? levels[name]! : 'inherit';
  }

  /** Whether a change of this logger can be taken in: at most 100 wait at a time. */
  hasRoom(logger: string): boolean {
    return this.pending.has(logger) || this.pending.size < MAX_CHANGES;
  }

  /**
   * @param forMs - `undefined`: until somebody puts it back.
   * @throws {TelemetryError} `OPTION_INVALID` for a name that can't be one, and where too many have levels; nothing is changed then.
   */
  change(logger: string, level: Level | 'inherit', forMs: number | undefined, by: string): LevelStep {
    const before = this.levelOf(logger);
    this.set(logger, level);
    const known = this.pending.get(logger);
    known?.cancel();
    // What somebody else set meanwhile is what is gone back to.
    const under = known?.level === before ? known : undefined;
    const beneath = forMs === undefined ? undefined : under?.until === undefined ? under : under.beneath;
    const original = beneath?.level ?? under?.beneath?.original ?? under?.original ?? before;
    const until = forMs === undefined ? undefined : this.clock.systemTime() + forMs;
    const cancel = forMs === undefined ? () => undefined : this.clock.setTimer(() => void quietly(() => this.end(logger)), forMs);
    const change = { logger, level, original, until, by };
    this.pending.set(logger, { ...change, beneath, cancel });
    return { change, before };
  }

  /** Puts a level back now. `undefined` for one that was not changed here. */
  putBack(logger: string): LevelStep | undefined {
    const known = this.pending.get(logger);
    if (known === undefined) return undefined;
    const before = this.levelOf(logger);
    this.set(logger, known.original);
    this.over(known, known.original);
    return { change: known, before };
  }

  /** Ends all that were to end. */
  close(): void {
    for (const { logger, until } of [...this.pending.values()]) if (until !== undefined) quietly(() => this.end(logger));
    this.pending.clear();
  }

  private end(logger: string): void {
    const known = this.pending.get(logger);
    if (known === undefined) return;
    const before = this.levelOf(logger);
    const after = before === known.level ? known.original : before;
    this.over(known, after);
    if (after !== before) this.set(logger, after);
    this.reverted(known, before, after);
  }

  private over({ logger, beneath, cancel }: Pending, level: Level | 'inherit'): void {
    cancel();
    if (beneath?.level === level) this.pending.set(logger, beneath);
    else this.pending.delete(logger);
  }

  private set(logger: string, level: Level | 'inherit'): void {
    if (logger === ALL) this.telemetry.setLogLevel(level);
    else this.telemetry.setLogLevel(level, logger);
  }
}
