import { quietly } from '../core/quietly';
import { isObject } from '../core/read';
import { type ErrorIdentity, Fingerprints } from './fingerprint';
import { hashOf } from './hash';
import { overrideOf } from './override';
import type { FingerprintFunction } from './tracker-options';

/** What is known of an error that was met. */
export interface MetError {
  readonly identity: ErrorIdentity;
  /** Who told of it first, at level error or critical: the event, else the logger. */
  teller: string | undefined;
  /** Whether its line was collapsed when it was last counted. */
  isCollapsed: boolean;
}

/** Knows error objects again, so that each is read once and counts once. */
export class Identities {
  /** How often the function of the application threw or rejected. */
  failures = 0;
  private readonly fingerprints = new Fingerprints();
  private readonly met = new WeakMap<object, MetError>();
  private readonly reading = new WeakSet<object>();
  private isAsking = false;

  /** @param fingerprint - Decides instead of what an error is made of, if it wants to. */
  ofError(error: unknown, fingerprint: FingerprintFunction | undefined): MetError {
    if (!isObject(error)) return this.meet(error, fingerprint);
    const known = this.met.get(error);
    if (known !== undefined) return known;
    // A getter of the error that logs the error would be read again, and log it again.
    const met = this.reading.has(error) ? metNow(unreadable) : this.read(error, fingerprint);
    // Who told of it meanwhile was first.
    const meanwhile = this.met.get(error);
    if (meanwhile !== undefined) return meanwhile;
    this.met.set(error, met);
    return met;
  }

  /** Of a line without an error, which is never met again. */
  ofLine(teller: string, message: string): MetError {
    return metNow(this.fingerprints.ofLine(teller, message));
  }

  private read(error: object, fingerprint: FingerprintFunction | undefined): MetError {
    this.reading.add(error);
    const met = this.meet(error, fingerprint);
    this.reading.delete(error);
    return met;
  }

  private meet(error: unknown, fingerprint: FingerprintFunction | undefined): MetError {
    const identity = this.fingerprints.ofError(error);
    const own = fingerprint && this.ask(error, identity.fingerprint, fingerprint);
    return metNow(own === undefined ? identity : { ...identity, fingerprint: own });
  }

  /** Not about an error that is logged by the function itself: that could go on for ever. */
  private ask(error: unknown, otherwise: string, fingerprint: FingerprintFunction): string | undefined {
    if (this.isAsking) return undefined;
    this.isAsking = true;
    const given = quietly(
      () => fingerprint(error, { default: otherwise }),
      () => this.failures++,
    );
    this.isAsking = false;
    return overrideOf(given, otherwise);
  }
}

const unreadable: ErrorIdentity = { fingerprint: hashOf(['unreadable']), type: 'Error', message: '', raw: '' };
const metNow = (identity: ErrorIdentity): MetError => ({ identity, teller: undefined, isCollapsed: false });
