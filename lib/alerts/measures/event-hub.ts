import type { Definition } from '../../core/definition';
import { type EventName, keyOf } from '../../core/event';
import type { HandlerHandle } from '../../core/handler';
import type { AlertsHost, SeenSecurityEvent } from '../host';
import { isOwnAlert } from '../rules/event-pattern';
import { MetError } from './met-error';

/** Id of the handler that counts events for rules. */
export const ALERTS_HANDLER_ID: string = 'telemetry-alerts';

/** Takes one emission of an event. What it throws goes no further. */
export type EventTaker = (measurements: object, metadata: object, now: number) => void;

/** A rule that looks at events: says for each event, once, whether and how it takes it. */
export interface EventWatcher {
  takerOf(name: EventName, key: string, definition: Definition | undefined): EventTaker | undefined;
}

/**
 * Where the rules of one engine get events, errors and security events from: one handler and one listener each, made when the
 * first rule asks and taken off when the last one goes.
 *
 * An event that no rule asks for costs a comparison. Which rules take an event is found out at its first emission after a change of
 * the rules. The events of alerting itself (`telemetry.alert.*`) are never taken, and nothing is while `isPublishing` is set.
 */
export class EventHub {
  /** Set by the engine while it tells of alerts: what happens then is no reason for another. */
  isPublishing = false;
  private watchers: readonly EventWatcher[] = [];
  private version = 0;
  private handle: HandlerHandle | undefined;
  private readonly errors: Shared<MetError>;
  private readonly security: Shared<SeenSecurityEvent>;

  constructor(private readonly host: AlertsHost) {
    this.errors = new Shared((tell) =>
      host.onError((seen) => {
        if (!this.isPublishing) tell(new MetError(seen), host.clock.monotonicTime());
      }),
    );
    this.security = new Shared((tell) =>
      host.onSecurity((event) => {
        if (!this.isPublishing) tell(event, host.clock.monotonicTime());
      }),
    );
  }

  /**
   * Asks for events, from now on.
   *
   * @returns What ends it.
   * @throws {TelemetryError} `HANDLER_EXISTS` when the bus has a handler `telemetry-alerts` of somebody else.
   */
  watchEvents(watcher: EventWatcher): () => void {
    this.handle ??= this.host.attachEach(ALERTS_HANDLER_ID, [], (name, definition) => this.handlerOf(name, definition), {
      onError: 'keep',
    });
    this.setWatchers([...this.watchers, watcher]);
    return () => this.setWatchers(this.watchers.filter((other) => other !== watcher));
  }

  /** Asks for errors. Returns what ends it. */
  watchErrors(taker: (met: MetError, now: number) => void): () => void {
    return this.errors.add(taker);
  }

  /** Asks for security events. Returns what ends it. */
  watchSecurity(taker: (event: SeenSecurityEvent, now: number) => void): () => void {
    return this.security.add(taker);
  }

  /** Lets go of the bus. */
  stop(): void {
    this.setWatchers([]);
    this.errors.clear();
    this.security.clear();
  }

  private setWatchers(watchers: readonly EventWatcher[]): void {
    this.watchers = watchers;
    this.version++;
    if (watchers.length > 0) return;
    this.handle?.detach();
    this.handle = undefined;
  }

  private handlerOf(
    name: EventName,
    definition: Definition | undefined,
  ): (event: EventName, measurements: object, metadata: object) => void {
    if (isOwnAlert(name)) return ignore;
    let [known, takers]: [number, readonly EventTaker[]] = [-1, NOBODY];
    return (_event, measurements, metadata) => {
      if (known !== this.version) [known, takers] = [this.version, this.takersOf(name, definition)];
      if (takers.length === 0 || this.isPublishing) return;
      const now = this.host.clock.monotonicTime();
      for (let at = 0; at < takers.length; at++) {
        try {
          takers[at]!(measurements, metadata, now);
        } catch {
          // Payloads are read where nothing of them gets out; what is left is an exhausted stack, and no other rule's business.
        }
      }
    };
  }

  private takersOf(name: EventName, definition: Definition | undefined): readonly EventTaker[] {
    const key = keyOf(name);
    const takers = this.watchers.map((watcher) => watcher.takerOf(name, key, definition)).filter((taker) => taker !== undefined);
    return takers.length === 0 ? NOBODY : takers;
  }
}

const NOBODY: readonly EventTaker[] = [];
const ignore = (): void => undefined;

/** One listener that several share: there as long as one of them is. */
class Shared<Seen> {
  private takers: readonly ((seen: Seen, now: number) => void)[] = [];
  private leave: (() => void) | undefined;

  constructor(private readonly join: (tell: (seen: Seen, now: number) => void) => () => void) {}

  add(taker: (seen: Seen, now: number) => void): () => void {
    this.leave ??= this.join((seen, now) => {
      for (const take of this.takers) {
        try {
          take(seen, now);
        } catch {
          // As with events.
        }
      }
    });
    this.takers = [...this.takers, taker];
    return () => {
      this.takers = this.takers.filter((other) => other !== taker);
      if (this.takers.length === 0) this.clear();
    };
  }

  clear(): void {
    this.takers = [];
    this.leave?.();
    this.leave = undefined;
  }
}
