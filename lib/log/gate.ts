import { LEVELS, type Level, toLevel } from '../core/level';
import { optionInvalid } from '../core/options';
import { createLevelGate, type GateMethods, type LevelGate } from './loglevel';

/** Loggers beyond these share one: names may be made of data. */
const MAX_LOGGERS = 2000;
const MAX_OVERRIDES = 1000;
const NAME = /^[\w$-]{1,64}(?:\.[\w$-]{1,64}){0,7}$/;

export const rankOf = (level: Level): number => LEVELS.indexOf(level);

/** Whether a value can name a logger: dotted words. */
export const isLoggerName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/** Whether a name is another one or below it: `shop.payment` and `shop.payment.card` are within `shop.payment`. */
export const isWithin = (name: string, above: string): boolean =>
  name.startsWith(above) && (name.length === above.length || name[above.length] === '.');

/**
 * The levels of a bus: one for all, and others for names and what is below them (`coder` for `coder.llm`). Each name has
 * a loglevel logger, whose methods do nothing below its level.
 */
export class Gate {
  readonly #gates = new Map<string, LevelGate>();
  readonly #overrides = new Map<string, Level>();
  #base: Level = 'info';
  /** While records are captured, what is captured must pass whatever the levels are. */
  #floor: Level = 'silent';

  /** The methods for a name; they stay the same object when levels change. */
  of(name: string): GateMethods {
    const known = this.#gates.get(name);
    if (known !== undefined) return known.methods;
    if (this.#gates.size >= MAX_LOGGERS && name !== '') return this.of('');
    const gate = createLevelGate(name);
    this.#gates.set(name, gate);
    gate.setLevel(this.#effective(name));
    return gate.methods;
  }

  /** The level of a name: its own, else that of the nearest name above, else the one for all. */
  levelOf(name: string): Level {
    for (let at = name; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const level = this.#overrides.get(at);
      if (level !== undefined) return level;
    }
    return this.#base;
  }

  /** Whether a level passes by the levels alone, captures aside. */
  passes(name: string, level: Level): boolean {
    return rankOf(level) >= rankOf(this.levelOf(name));
  }

  /** Whether a level passes now, captures included. */
  admits(name: string, level: Level): boolean {
    return rankOf(level) >= rankOf(this.#effective(name));
  }

  /** Sets the level of a name and what is below it, or of all. `undefined` takes a name's level back. */
  set(level: Level | undefined, name = ''): void {
    if (name === '') this.#base = level ?? 'info';
    else if (level === undefined) this.#overrides.delete(name);
    else if (this.#overrides.size < MAX_OVERRIDES || this.#overrides.has(name)) this.#overrides.set(name, level);
    else throw optionInvalid('setLogLevel: name', name, `a name that has a level already; ${MAX_OVERRIDES} have one`);
    this.#apply();
  }

  /** Replaces all levels. */
  configure(base: Level, overrides: Readonly<Record<string, Level>>): void {
    this.#overrides.clear();
    this.#base = base;
    for (const [name, level] of Object.entries(overrides).slice(0, MAX_OVERRIDES)) this.#overrides.set(name, level);
    this.#apply();
  }

  setFloor(level: Level): void {
    this.#floor = level;
    this.#apply();
  }

  /** The level for all under `''`, and each name that has its own. */
  list(): Record<string, Level> {
    return { '': this.#base, ...Object.fromEntries(this.#overrides) };
  }

  #effective(name: string): Level {
    const level = this.levelOf(name);
    return rankOf(this.#floor) < rankOf(level) ? this.#floor : level;
  }

  #apply(): void {
    for (const [name, gate] of this.#gates) gate.setLevel(this.#effective(name));
  }
}

/** Reads a level of the application's. @throws {TelemetryError} `OPTION_INVALID` */
export function readLevel(what: string, value: unknown): Level {
  const level = toLevel(value);
  if (level === undefined) throw optionInvalid(what, value, `one of ${LEVELS.join(', ')}`);
  return level;
}
