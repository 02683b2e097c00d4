import type { Bus } from '../core/bus';
import type { MeasurementsOf, MetadataOf, NameOf } from '../core/catalogue';
import { type ContextFields, contextFields } from '../core/context';
import { type EventName, keyOf } from '../core/event';
import { checkOptions } from '../core/options';
import { enterScope, isInScope } from './scope';
import { createWaiting, type WaitOptions } from './waiting';

/** Payloads of untyped events are shown as records, so that tests can read their fields. */
type Readable<Payload> = [keyof Payload] extends [never] ? Readonly<Record<string, unknown>> : Payload;

/** One emission, as handlers saw it. */
export interface CapturedEvent<Name extends EventName = EventName, Measurements = object, Metadata = object> {
  readonly event: Name;
  /** `app.component.action`. */
  readonly key: string;
  readonly measurements: Readable<Measurements>;
  readonly metadata: Readable<Metadata>;
  /** The fields of the scope it was emitted in, if there was one; see `runWithContext`. */
  readonly context?: ContextFields;
}

/** What a capture of these events of a bus holds. */
export type CapturedFrom<Events, Name extends EventName> = Name extends EventName
  ? CapturedEvent<Name, MeasurementsOf<Events, Name>, MetadataOf<Events, Name>>
  : never;

export interface CaptureOptions {
  /** `false`: see the events of tests that run at the same time, too. Default `true`. */
  readonly scoped?: boolean;
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
  const capture = { bus, kind: 'events' as const, keys: names && new Set(names.map(keyOf)) };
  const captured: Captured[] = [];
  const waiting = createWaiting(captured, ({ key }) => key, {
    many: 'events',
    one: 'an event',
    fix: 'Emit them, wait longer with { timeout }, or check that no later capture of the same events is on',
  });
  const scoped = options.scoped ?? true;

  const listener = (event: EventName, measurements: object, metadata: object): void => {
    if (scoped && !isInScope(scope)) return;
    const context = contextFields();
    captured.push({ event, key: keyOf(event), measurements, metadata, ...(context && { context }) } as unknown as Captured);
    waiting.grew();
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

  return {
    events: captured,
    of: (event) => captured.filter(({ key }) => key === keyOf(event)) as never,
    waitFor: waiting.waitFor as Capture<Captured>['waitFor'],
    stop,
    [Symbol.dispose]: stop,
  };
}
