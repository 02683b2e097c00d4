import type { Bus } from '../core/bus';
import type { MeasurementsOf, MetadataOf, NameOf } from '../core/catalogue';
import { TelemetryError } from '../core/errors';
import { type EventName, keyOf } from '../core/event';
import { checkOptions } from '../core/options';
import { show } from '../core/show';
import { type Duration, parseDuration } from '../core/unit';
import { enterScope, isInScope } from './scope';

/** Payloads of untyped events are shown as records, so that tests can read their fields. */
type Readable<Payload> = [keyof Payload] extends [never] ? Readonly<Record<string, unknown>> : Payload;

/** One emission, as handlers saw it. */
export interface CapturedEvent<Name extends EventName = EventName, Measurements = object, Metadata = object> {
  readonly event: Name;
  /** `app.component.action`. */
  readonly key: string;
  readonly measurements: Readable<Measurements>;
  readonly metadata: Readable<Metadata>;
}

/** What a capture of these events of a bus holds. */
export type CapturedFrom<Events, Name extends EventName> = Name extends EventName
  ? CapturedEvent<Name, MeasurementsOf<Events, Name>, MetadataOf<Events, Name>>
  : never;

export interface CaptureOptions {
  /** `false`: see the events of tests that run at the same time, too. Default `true`. */
  readonly scoped?: boolean;
}

export interface WaitOptions {
  /** How long to wait; default 1 s. Real time, whatever the clock of the bus. */
  readonly timeout?: Duration;
}

/** A running capture. Disposing (`using`), or `stop`, detaches it; what it holds stays readable. */
export interface Capture<Captured extends CapturedEvent> extends Disposable {
  /** All that was captured, oldest first. */
  readonly events: readonly Captured[];
  /** Those of one event. */
  of<Name extends Captured['event']>(event: Name): readonly Extract<Captured, { readonly event: Name }>[];
  /**
   * Resolves with the events once there are so many, or with the first one that meets a condition; at once when that
   * is so already.
   *
   * @throws {TelemetryError} `CAPTURE_TIMEOUT`, rejecting, with what was captured instead.
   */
  waitFor(count: number, options?: WaitOptions): Promise<readonly Captured[]>;
  waitFor(condition: (event: Captured) => boolean, options?: WaitOptions): Promise<Captured>;
  stop(): void;
}

let captures = 0;

/**
 * Captures what is emitted on a bus, for tests.
 *
 * Tests that run at once do not see each other's events where the platform has async context; events emitted outside
 * of any such test (a server started before, say) are seen by all.
 *
 * @param bus - Where to listen.
 * @param events - An event, or several; every event when left out.
 * @example
 * using captured = captureEvents(telemetry, [coder.session.start]);
 * telemetry.execute(coder.session.start, { count: 1 }, { sessionId: 's1' });
 * captured.events[0]?.metadata.sessionId; // => 's1'
 */
export function captureEvents<Events, const Name extends NameOf<Events> = NameOf<Events>>(
  bus: Bus<Events>,
  events?: Name | readonly Name[],
  options: CaptureOptions = {},
): Capture<CapturedFrom<Events, Name>> {
  type Captured = CapturedFrom<Events, Name>;
  checkOptions('captureEvents', options, { scoped: 'boolean' });
  const names = (events === undefined || Array.isArray(events[0]) ? events : [events]) as readonly EventName[] | undefined;
  const capture = { bus, keys: names && new Set(names.map(keyOf)) };
  const captured: Captured[] = [];
  const waiting = new Set<() => void>();
  const scoped = options.scoped ?? true;

  const listener = (event: EventName, measurements: object, metadata: object): void => {
    if (scoped && !isInScope(scope)) return;
    captured.push({ event, key: keyOf(event), measurements, metadata } as unknown as Captured);
    for (const check of [...waiting]) check();
  };
  const id = `capture-${++captures}`;
  const untyped = bus as unknown as Bus;
  const handle = names
    ? untyped.attachMany(id, names, listener, undefined, { onError: 'keep' })
    : untyped.attachPrefix(id, [], listener, undefined, { onError: 'keep' });
  const scope = scoped ? enterScope(capture) : undefined;

  function stop(): void {
    handle.detach();
    scope?.captures.delete(capture);
  }

  function waitFor(condition: number | ((event: Captured) => boolean), { timeout = 1000 }: WaitOptions = {}): Promise<unknown> {
    const find =
      typeof condition === 'number' ? () => (captured.length >= condition ? captured.slice() : undefined) : () => captured.find(condition);
    const ms = parseDuration('waitFor: timeout', timeout);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(timedOut(condition, timeout, captured))), ms);
      function settle(how: () => void): void {
        clearTimeout(timer);
        waiting.delete(check);
        how();
      }
      function check(): void {
        try {
          const found = find();
          if (found !== undefined) settle(() => resolve(found));
        } catch (error) {
          settle(() => reject(error));
        }
      }
      waiting.add(check);
      check();
    });
  }

  return {
    events: captured,
    of: (event) => captured.filter(({ key }) => key === keyOf(event)) as never,
    waitFor: waitFor as Capture<Captured>['waitFor'],
    stop,
    [Symbol.dispose]: stop,
  };
}

function timedOut(condition: unknown, timeout: Duration, captured: readonly CapturedEvent[]): TelemetryError {
  const what = typeof condition === 'number' ? `${condition} events` : 'an event that meets the condition';
  const seen = captured.slice(0, 5).map(({ key }) => key);
  return new TelemetryError(
    'CAPTURE_TIMEOUT',
    `Waited ${typeof timeout === 'number' ? `${timeout} ms` : timeout} for ${what}`,
    `Captured ${captured.length}${seen.length > 0 ? `: ${show(seen)}` : ''}`,
    'Emit them, wait longer with { timeout }, or check that no later capture of the same events is on',
  );
}
