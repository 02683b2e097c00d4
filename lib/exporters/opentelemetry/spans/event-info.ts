import type { Definition } from '../../../core/definition';
import { type EventName, keyOf } from '../../../core/event';
import { type Domain, domainOf } from '../../../core/semantics/domains';
import { otelEventNameOf } from '../../../core/semantics/names';
import { PER_MS } from '../../../core/unit';

/** What is looked up once for each event. */
export interface EventInfo {
  readonly event: EventName;
  /** What it is called as an event of a span. */
  readonly name: string;
  readonly domain: Domain | undefined;
  /** App and component. */
  readonly component: string;
  readonly tags: ReadonlySet<string>;
  /** How many units of its durations make a millisecond. */
  readonly perMs: number;
  /** Its name says that it begins something. */
  readonly isStart: boolean;
  /** Its name says that something failed. */
  readonly isFailure: boolean;
  readonly isHeartbeat: boolean;
  /** Whether there are spans of it. */
  readonly isIncluded: boolean;
  /** Records of it are hardly ever written. */
  readonly isQuiet: boolean;
}

const NOTHING: ReadonlySet<string> = new Set();
const START = /^(?:start|.*_start)$/;
const FAILED = /^(?:.*_)?(?:exception|error|failure|failed)$/;

/** Makes what is known of events; what one event of a component keeps private, the others don't tell either. */
export class EventInfos {
  private readonly hidden = new Map<string, Set<string>>();
  /** By the tuple that the bus hands to handlers. */
  private readonly known = new WeakMap<EventName, EventInfo>();

  /** @param includes - Whether there are spans of an event. Must not throw. */
  constructor(private readonly includes: (event: EventName) => boolean) {}

  of(event: EventName): EventInfo {
    return this.known.get(event) ?? this.make(event, undefined);
  }

  make(event: EventName, definition: Definition | undefined): EventInfo {
    const [app, part, action] = event;
    const [key, component] = [keyOf(event), `${app}.${part}`];
    this.hide(component, definition?.private);
    const info: EventInfo = {
      event,
      name: otelEventNameOf(key),
      domain: domainOf(app, part),
      component,
      tags: definition?.tags === undefined ? NOTHING : new Set(definition.tags),
      perMs: definition === undefined ? 1 : PER_MS[definition.unit],
      isStart: START.test(action),
      isFailure: FAILED.test(action),
      isHeartbeat: action === 'heartbeat',
      isIncluded: this.includes(event),
      // The failure of a request that is answered here is reported as an error, whatever its events are written at.
      isQuiet: key !== 'http.request.exception' && (definition?.level === 'trace' || definition?.level === 'debug'),
    };
    this.known.set(event, info);
    return info;
  }

  /** Fields that events of a component never tell. */
  hiddenIn(component: string): ReadonlySet<string> {
    return this.hidden.get(component) ?? NOTHING;
  }

  /** Only definitions make entries, so there are no more than catalogues have components. */
  private hide(component: string, names: readonly string[] = []): void {
    if (names.length > 0) this.hidden.set(component, new Set([...this.hiddenIn(component), ...names]));
  }
}
