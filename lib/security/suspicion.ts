import { errorText } from './error-text';
import type { SeenError } from './host';
import { RecencyMap } from './recency-map';

/** A rule that is ready to be asked. */
export interface NamedRule {
  readonly name: string;
  matches(text: string): boolean;
}

export interface SuspicionSettings {
  readonly rules: readonly NamedRule[];
  /** One error is told of once in so many ms. */
  readonly everyMs: number;
  readonly maxFingerprints: number;
}

/** Fields of `suspicious_error`. What the error says is not among them: it may be the attack itself. */
export interface SuspicionFields {
  readonly fingerprint: string;
  readonly error_id: string;
  readonly pattern: string;
  /** How many like it were not told of since the last one that was. */
  readonly repeats: number;
  readonly overflow?: true;
}

interface Told {
  at: number;
  repeats: number;
  id: string;
}

/** Looks for signs of attacks in errors. */
export class SuspicionDetector {
  /** By when they were told. */
  private readonly fingerprints = new RecencyMap<Told>();
  private readonly rest: Told = { at: Number.NEGATIVE_INFINITY, repeats: 0, id: '' };
  /** Suspicious errors that no event of their own told of. */
  suppressed = 0;
  overflow = 0;

  constructor(private readonly settings: SuspicionSettings) {}

  get size(): number {
    return this.fingerprints.size;
  }

  meet({ error, hasError, mark, place }: SeenError, now: number): SuspicionFields | undefined {
    const text = errorText(error, hasError, place.message);
    const rule = this.settings.rules.find(({ matches }) => matches(text));
    if (rule === undefined) return undefined;
    const { fingerprint, id } = mark;
    const told = this.fingerprints.get(fingerprint) ?? this.begin(fingerprint, now);
    // The same error, logged where it was caught and again further out.
    if (told.id === id) return undefined;
    told.id = id;
    if (told === this.rest) this.overflow++;
    if (now - told.at < this.settings.everyMs) {
      told.repeats++;
      this.suppressed++;
      return undefined;
    }
    const fields = { fingerprint, error_id: id, pattern: rule.name, repeats: told.repeats };
    told.at = now;
    told.repeats = 0;
    if (told === this.rest) return { ...fields, overflow: true };
    this.fingerprints.touch(fingerprint);
    return fields;
  }

  /** Room for an error that is not known yet; where there is none, what the others share. */
  private begin(fingerprint: string, now: number): Told {
    const oldest = this.fingerprints.peekOldest();
    if (oldest !== undefined && now - oldest.at >= this.settings.everyMs) this.fingerprints.deleteOldest();
    if (this.fingerprints.size >= this.settings.maxFingerprints) return this.rest;
    const told = { at: Number.NEGATIVE_INFINITY, repeats: 0, id: '' };
    this.fingerprints.add(fingerprint, told);
    return told;
  }
}
