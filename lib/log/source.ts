import type { Definition } from '../core/definition';
import { isError } from '../core/read';
import { PER_MS } from '../core/unit';
import { keysOf, NO_KEYS, type Payload } from './payload';
import type { RecordLevel } from './record';
import type { Shape } from './shape';
import { SECURITY_STREAM } from './stream-records';

/** Shapes beyond these are made anew each time: keys made of data must not fill the memory. */
const MAX_SHAPES = 32;
const MAX_SHAPE_CHARS = 8192;

export interface SourceParts {
  /** The writer that prepared it. */
  readonly owner: object;
  readonly logger: string;
  readonly event: string | undefined;
  readonly stream: string | undefined;
  readonly begin: string;
  readonly end: string;
  readonly under: string;
  readonly definition: Definition | undefined;
  readonly bindings: Payload;
  /** Fixed for events. */
  readonly level: RecordLevel | undefined;
}

interface Head {
  readonly level: RecordLevel;
  readonly message: string;
  readonly text: string;
}

/** Where lines come from: one event, or one logger with its child fields; holds what is the same in all of them. */
export class Source {
  readonly owner: object;
  readonly logger: string;
  /** Dotted key; `undefined` for a logger. */
  readonly event: string | undefined;
  /** Its lines are never collapsed. */
  readonly isWanted: boolean;
  /** `,"name":` of the object that own fields stand in, or nothing. */
  readonly under: string;
  /** Its durations are written in seconds, not in ms. */
  readonly isInSeconds: boolean;
  /** From after the timestamp (events) or the level (loggers) up to the message. */
  readonly begin: string;
  /** The resource. */
  readonly end: string;
  readonly level: RecordLevel | undefined;
  readonly bindings: Payload;
  readonly bindingKeys: readonly string[];
  readonly bindingValues: readonly unknown[];
  readonly hasErrorBinding: boolean;
  readonly privateKeys: readonly string[];
  /** How many units of the event's durations make a millisecond, or a second. */
  readonly perMs: number;
  /** The shape of the line before, which is mostly that of the next. */
  last: Shape | undefined = undefined;
  lastHasCaller = false;
  /** What the line before began with, from the level to the resource: many loggers say the same again and again. */
  head: Head | undefined = undefined;
  private readonly shapes: { readonly shape: Shape; readonly hasCaller: boolean }[] = [];

  constructor({ owner, logger, event, stream, begin, end, under, definition, bindings, level }: SourceParts) {
    this.owner = owner;
    this.logger = logger;
    this.event = event;
    this.under = under;
    this.isWanted = stream === SECURITY_STREAM;
    this.isInSeconds = definition?.eventType !== undefined;
    this.begin = begin;
    this.end = end;
    this.level = level;
    this.bindings = bindings;
    this.bindingKeys = keysOf(bindings);
    this.bindingValues = this.bindingKeys.map((key) => bindings[key]);
    this.hasErrorBinding = this.bindingValues.some(isError);
    this.privateKeys = definition?.private ?? NO_KEYS;
    this.perMs = PER_MS[definition?.unit ?? 'ms'] * (this.isInSeconds ? 1000 : 1);
  }

  /** The shape that was made for these keys, if there is one. */
  find(measured: readonly string[], described: readonly string[], around: readonly string[], hasCaller: boolean): Shape | undefined {
    const found = this.shapes.find((known) => known.hasCaller === hasCaller && fits(known.shape, measured, described, around));
    if (found !== undefined) this.use(found.shape, hasCaller);
    return found?.shape;
  }

  remember(shape: Shape, hasCaller: boolean): void {
    if (this.shapes.length >= MAX_SHAPES) return;
    const chars = shape.keys.reduce((sum, keys) => sum + keys.reduce((size, key) => size + key.length, keys.length), 0);
    if (chars > MAX_SHAPE_CHARS) return;
    this.shapes.push({ shape, hasCaller });
    this.use(shape, hasCaller);
  }

  private use(shape: Shape, hasCaller: boolean): void {
    this.last = shape;
    this.lastHasCaller = hasCaller;
  }
}

const fits = ({ keys }: Shape, measured: readonly string[], described: readonly string[], around: readonly string[]): boolean =>
  equal(keys[0]!, measured) && equal(keys[1]!, described) && equal(keys[3]!, around);

function equal(one: readonly string[], other: readonly string[]): boolean {
  if (one === other) return true;
  const { length } = one;
  if (length !== other.length) return false;
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
}
