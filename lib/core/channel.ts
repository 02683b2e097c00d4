import type { Call } from './attachment';
import { type Definition, definitionOf } from './definition';
import { type EventName, isEventName, keyOf } from './event';
import { PER_MS } from './unit';

/**
 * One event name on one bus, and who hears it. The handler list is immutable: attaching and detaching replace it, so
 * that an emission walks the list as it was.
 */
export class Channel {
  calls: readonly Call[] = [];
  /** The call of a list of one; looking here first saves a fifth of the emission. */
  only: Call | null = null;
  definition: Definition | undefined = undefined;
  /** How many units of this event's durations make a millisecond. */
  perMs = 1;
  /** Its definition has a schema, so that validation wants to see its emissions. */
  inspected = false;
  constructor(
    public name: EventName,
    readonly key: string,
    /** Whether the bus keeps it. One that is not kept serves a single emission. */
    public remembered: boolean,
  ) {}
  /** An emitter holds it, so it stays. */
  held = false;
}

/** The channels of a bus, found by name. */
export interface Channels {
  /** The channel of an emission; `undefined` for what is not an event name. Never throws. */
  find(event: EventName): Channel | undefined;
  /** The channels of a component by action, a live map; another one if the component was forgotten meanwhile. */
  component(app: unknown, component: unknown): ReadonlyMap<unknown, Channel> | undefined;
  /** The channel of a valid name, made on first sight. `pin` remembers it whatever the limit says. */
  open(name: EventName, pin?: boolean): Channel;
  /** Forgets a channel that no catalogue declares and no emitter holds; called when its last handler goes. */
  forget(channel: Channel): boolean;
  /** All remembered channels. */
  all(): Iterable<Channel>;
  /** Names met that no catalogue declares, and emissions that had no valid name. */
  readonly counts: { undeclared: number; invalid: number };
}

/**
 * Three nested maps answer a tuple; a list indexed by definition answers a definition. Names first met in an emission
 * or an attach are remembered up to a limit, declared ones without.
 *
 * @param limit - How many undeclared names are remembered.
 * @param resolve - Fills in the handlers of a new channel.
 */
export function createChannels(limit: number, resolve: (channel: Channel) => void): Channels {
  const byKey = new Map<string, Channel>();
  const byDefinition: Channel[] = [];
  const apps = new Map<unknown, Map<unknown, Map<unknown, Channel>>>();
  const counts = { undeclared: 0, invalid: 0 };

  function open(name: EventName, pin = false): Channel {
    const definition = definitionOf(name);
    const key = keyOf(name);
    let channel = byKey.get(key);
    if (channel === undefined) {
      const remembered = pin || definition !== undefined || counts.undeclared < limit;
      channel = new Channel(definition?.name ?? (Object.freeze([...name]) as never), key, remembered);
      if (remembered) {
        counts.undeclared++;
        byKey.set(key, channel);
        child(child(apps, name[0]), name[1]).set(name[2], channel);
      }
      if (definition === undefined) resolve(channel);
    }
    if (definition !== undefined) adopt(channel, definition);
    return channel;
  }

  /** A definition may arrive after its name: the first one stays, others only lead to the same channel. */
  function adopt(channel: Channel, definition: Definition): void {
    byDefinition[definition.id] = channel;
    if (channel.definition !== undefined) return;
    counts.undeclared--;
    channel.definition = definition;
    channel.name = definition.name;
    channel.perMs = PER_MS[definition.unit];
    channel.inspected = definition.schema !== undefined;
    resolve(channel);
  }

  function find(event: EventName): Channel | undefined {
    try {
      const definition = definitionOf(event);
      if (definition !== undefined) return byDefinition[definition.id] ?? open(event);
      if (Array.isArray(event) && event.length === 3) {
        const known = apps.get(event[0])?.get(event[1])?.get(event[2]);
        if (known !== undefined) return known;
        if (isEventName(event)) return open(event);
      }
    } catch {
      // null, a revoked Proxy, a throwing getter: not a name.
    }
    counts.invalid++;
    return undefined;
  }

  return {
    counts,
    open,
    find,
    component: (app, component) => apps.get(app)?.get(component),
    all: () => byKey.values(),
    forget(channel) {
      if (channel.definition !== undefined || channel.held || !channel.remembered) return false;
      const [app, component, action] = channel.name;
      byKey.delete(channel.key);
      const components = apps.get(app)!;
      const actions = components.get(component)!;
      actions.delete(action);
      if (actions.size === 0) components.delete(component);
      if (components.size === 0) apps.delete(app);
      counts.undeclared--;
      channel.remembered = false;
      return true;
    },
  };
}

function child<Child>(map: Map<unknown, Map<unknown, Child>>, key: unknown): Map<unknown, Child> {
  let found = map.get(key);
  if (found === undefined) map.set(key, (found = new Map()));
  return found;
}
