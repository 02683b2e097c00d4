import type { Keys } from './key';
import { keysOf, NO_FIELDS, NO_KEYS, type Payload, payloadOf, readValue, wholeOf } from './payload';
import type { PathNode } from './redaction/redactor';
import { createShape, type Shape } from './shape';
import type { Source } from './source';
import { UNREAD } from './unread';

export interface ReaderRules {
  readonly keys: Keys;
  readonly paths: PathNode | undefined;
  readonly hasRules: boolean;
  readonly maxFields: number;
}

/**
 * Reads what a record is made of: asks for each value once, and finds the shape of all keys, which is mostly that of the
 * line before. A value whose getter throws is `UNREAD`.
 */
export class RecordReader {
  /** By place: measurements, metadata, child fields, context. */
  readonly values: unknown[] = [];
  /** Whether there is an object among them; `null` is none. */
  hasObjects = false;
  private readonly rules: ReaderRules;
  private place = 0;
  private leftOut = 0;

  constructor(rules: ReaderRules) {
    this.rules = rules;
  }

  read(source: Source, measurements: unknown, metadata: unknown, context: Payload, hasCaller: boolean): Shape {
    const last = source.lastHasCaller === hasCaller ? source.last : undefined;
    const expected = last?.keys;
    this.place = 0;
    this.leftOut = 0;
    const measured = this.column(payloadOf(measurements, 'measurements'), expected?.[0] ?? NO_KEYS, 'measurements');
    const described = this.column(payloadOf(metadata, 'metadata'), expected?.[1] ?? NO_KEYS, 'metadata');
    const { bindingValues } = source;
    for (let index = 0; index < bindingValues.length; index++) this.values[this.place++] = bindingValues[index];
    const around = this.column(context, expected?.[3] ?? NO_KEYS, 'context');
    const isAsExpected = expected !== undefined && measured === expected[0] && described === expected[1] && around === expected[3];
    return isAsExpected && this.leftOut === 0 ? last! : this.shapeOf(source, measured, described, around, hasCaller);
  }

  /** Ends a line. Objects of the application's are not held on to. */
  reset(): void {
    if (!this.hasObjects) return;
    this.hasObjects = false;
    this.values.length = 0;
  }

  /**
   * Reads a payload to the next places, in a loop in which the engine knows the places of keys without looking, for as
   * long as the keys are those of the line before.
   *
   * @returns The keys: the very list that was expected, if they are as expected.
   */
  private column(payload: Payload, expected: readonly string[], name: string): readonly string[] {
    const { values, place } = this;
    let read = 0;
    try {
      // Of other objects the loop would list what they inherit, too.
      if (Object.getPrototypeOf(payload) !== Object.prototype) return this.rest(payload, expected, 0, name);
      for (const key in payload) {
        if (expected[read] !== key) return this.rest(payload, expected, read, name);
        let value: unknown;
        try {
          value = payload[key];
        } catch {
          value = UNREAD;
        }
        if (typeof value === 'object' && value !== null) this.hasObjects = true;
        values[place + read++] = value;
      }
    } catch {
      // A proxy that refuses to be listed.
    }
    if (read !== expected.length || (read === 0 && payload !== NO_FIELDS)) return this.rest(payload, expected, read, name);
    this.place = place + read;
    return expected;
  }

  /** Reads on where a payload has other keys than expected. What was read is not asked again. */
  private rest(payload: Payload, expected: readonly string[], read: number, name: string): readonly string[] {
    const keys = keysOf(payload);
    if (keys.length === 0) {
      const whole = wholeOf(payload, name);
      if (whole !== payload) return this.column(whole, NO_KEYS, name);
    }
    const { maxFields } = this.rules;
    const kept = keys.length > maxFields ? keys.slice(0, maxFields) : keys;
    this.leftOut += keys.length - kept.length;
    for (let index = read; index < kept.length; index++) {
      const value = readValue(payload, kept[index]!);
      if (typeof value === 'object' && value !== null) this.hasObjects = true;
      this.values[this.place + index] = value;
    }
    this.place += kept.length;
    return kept.length === 0 && expected.length === 0 ? expected : kept;
  }

  private shapeOf(
    source: Source,
    measured: readonly string[],
    described: readonly string[],
    around: readonly string[],
    hasCaller: boolean,
  ): Shape {
    const found = this.leftOut === 0 ? source.find(measured, described, around, hasCaller) : undefined;
    if (found !== undefined) return found;
    const shape = createShape([measured, described, source.bindingKeys, around], {
      ...this.rules,
      privateKeys: source.privateKeys,
      hasErrorBinding: source.hasErrorBinding,
      isEvent: source.level !== undefined,
      isNested: source.under !== '',
      durationName: source.isInSeconds ? 'duration_seconds' : 'duration_ms',
      leftOut: this.leftOut,
      hasCaller,
    });
    // How much is left out differs from line to line.
    if (this.leftOut === 0) source.remember(shape, hasCaller);
    return shape;
  }
}
