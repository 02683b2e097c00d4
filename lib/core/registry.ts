import type { Attachment, AttachRequest, Call } from './attachment';
import { createBreaker } from './breaker';
import type { Channel, Channels } from './channel';
import type { Clock } from './clock';
import { type DispatchReports, isThenable } from './dispatch';
import { refusal, TelemetryError } from './errors';
import { checkName, type EventName, type EventPrefix, isSegments, keyOf, nameError } from './event';
import type { AnyHandler, HandlerFactory, HandlerHandle, HandlerInfo, HandlerWrapper } from './handler';
import { checkOptions, isFunction, optionInvalid } from './options';
import { show } from './show';
import { createSubscriptions } from './subscriptions';

/** The attached handlers of a bus. */
export interface Registry {
  attach(request: AttachRequest): HandlerHandle;
  detach(id: string): boolean;
  remove(attachment: Attachment): boolean;
  list(prefix: readonly string[]): HandlerInfo[];
  /** Fills in who hears a channel. */
  resolve(channel: Channel): void;
  /** Whether somebody listens to a channel, instruments aside. */
  hasListener(channel: Channel): boolean;
  /** See `BusSeam`. */
  wrap(wrapper: HandlerWrapper | undefined): void;
  size(): number;
}

const NO_CALL: AnyHandler = () => undefined;
const RULES = {
  signal: [(value: unknown) => isFunction((value as AbortSignal | null)?.addEventListener), 'an AbortSignal'],
  once: 'boolean',
  onConflict: 'throw|replace|ignore',
  onError: 'detach|keep|breaker',
  listens: 'boolean',
} as const;

export function createRegistry(channels: Channels, clock: Clock, failed: DispatchReports['failed']): Registry {
  const byId = new Map<string, Attachment>();
  const subscriptions = createSubscriptions<Attachment>();
  let order = 0;
  let wrapper: HandlerWrapper | undefined;
  /** What calls run when nobody wraps them. */
  const plain = new WeakMap<Call, AnyHandler>();

  function attach(request: AttachRequest): HandlerHandle {
    const events = checkRequest(request);
    const { id, options = {} } = request;
    const { signal, onConflict, onError = 'detach' } = options;
    if (events.length === 0 || signal?.aborted) return handleOf({ id, detach: () => false });

    const taken = byId.get(id);
    if (taken !== undefined && onConflict === 'ignore') return handleOf(taken);
    if (taken !== undefined && onConflict !== 'replace') {
      throw new TelemetryError(
        'HANDLER_EXISTS',
        `Handler id ${show(id)} is taken`,
        `It is attached to ${someOf(taken.events.map(subscriptionKey))}`,
        'Detach it, use another id, or pass onConflict: "replace" or "ignore"',
      );
    }
    const attachment: Attachment = {
      ...request,
      events,
      onError,
      order: order++,
      breaker: onError === 'breaker' ? createBreaker(clock.monotonicTime) : undefined,
      calls: new Map(),
      detach: () => remove(attachment),
      attached: true,
      failures: 0,
      announced: false,
      warnedAt: Number.NEGATIVE_INFINITY,
    };
    // First of all: a signal that refuses to be listened to must leave everything as it was.
    signal?.addEventListener('abort', attachment.detach);
    taken?.detach();
    byId.set(id, attachment);
    for (const event of events) subscriptions.add(subscriptionKey(event), attachment);
    for (const channel of affected(attachment)) resolve(channel);
    return handleOf(attachment);
  }

  function remove(attachment: Attachment): boolean {
    if (!attachment.attached) return false;
    attachment.attached = false;
    byId.delete(attachment.id);
    for (const call of attachment.calls.values()) call.run = NO_CALL;
    for (const event of attachment.events) subscriptions.remove(subscriptionKey(event), attachment);
    for (const channel of affected(attachment)) {
      resolve(channel);
      if (attachment.match === 'exact' && subscriptions.at(channel.key).length === 0) forget(channel);
    }
    attachment.calls.clear();
    // Last of all: if it throws, the handler is gone all the same.
    attachment.options?.signal?.removeEventListener('abort', attachment.detach);
    return true;
  }

  /**
   * Lets go of a name nobody is attached to any more. Prefix handlers lose their call for it, so the call must from now
   * on look for itself whether its handler is still attached: an emission may be walking over it.
   */
  function forget(channel: Channel): void {
    if (!channels.forget(channel)) return;
    for (const attachment of subscribers(channel)) {
      const call = attachment.calls.get(channel);
      if (call !== undefined) call.run = whileAttached(attachment, call.run);
      attachment.calls.delete(channel);
    }
  }

  /** The channels whose handler list an attachment is part of; those of exact names are made, whatever the limit. */
  function affected({ match, events }: Attachment): Channel[] {
    if (match === 'exact') return events.map((event) => channels.open(event as EventName, true));
    return [...channels.all()].filter((channel) => startsWith(channel.name, events[0]!));
  }

  const subscribers = ({ name: [app, component], key }: Channel): Attachment[] =>
    ['*', app, `${app}.${component}`, key].flatMap(subscriptions.at).sort((one, other) => one.order - other.order);

  function resolve(channel: Channel): void {
    const calls = subscribers(channel).map((attachment) => callFor(attachment, channel));
    channel.calls = calls;
    channel.only = calls.length === 1 ? calls[0]! : null;
  }

  function callFor(attachment: Attachment, channel: Channel): Call {
    const known = attachment.calls.get(channel);
    // A factory is asked again once, when the definition of an event it has seen arrives.
    if (known !== undefined && known.definition === channel.definition) return known;
    const { handler, isFactory, config } = attachment;
    const call: Call = known ?? { run: NO_CALL, definition: undefined, config, attachment };
    call.definition = channel.definition;
    try {
      const run = isFactory ? (handler as HandlerFactory)(channel.name, channel.definition) : (handler as AnyHandler);
      plain.set(call, guard(attachment, run));
      wrapCall(call);
    } catch (reason) {
      failed(call, channel, 'error', reason);
    }
    if (channel.remembered) attachment.calls.set(channel, call);
    else call.run = whileAttached(attachment, call.run);
    return call;
  }

  function wrapCall(call: Call): void {
    const run = plain.get(call) ?? NO_CALL;
    call.run = wrapper === undefined ? run : wrapper(call.attachment.id, run);
  }

  return {
    attach,
    remove,
    resolve,
    wrap(next) {
      wrapper = next;
      for (const { calls } of byId.values()) for (const call of calls.values()) wrapCall(call);
    },
    size: () => byId.size,
    detach: (id) => byId.get(id)?.detach() ?? false,
    hasListener: (channel) => subscribers(channel).some(({ options, isFactory }) => options?.listens ?? !isFactory),
    list(prefix) {
      if (!isSegments(prefix)) throw nameError(prefix, 'a list of segments');
      return [...byId.values()].flatMap(({ id, events, config, match, onError, failures, breaker }) =>
        events
          .filter((event) => startsWith(event, prefix))
          .map((event) => ({ id, event, config, match, onError, failures, state: breaker?.isOpen() ? 'open' : 'attached' })),
      );
    },
  };
}

/** Puts in front of a handler what its options ask for; most need nothing and are called directly. */
function guard(attachment: Attachment, handler: AnyHandler): AnyHandler {
  const { breaker } = attachment;
  const once = attachment.options?.once;
  if (breaker === undefined && !once) return handler;
  return (event, measurements, metadata, config) => {
    if (breaker?.admits() === false) return undefined;
    if (once) attachment.detach();
    const result = handler(event, measurements, metadata, config);
    if (!isThenable(result)) breaker?.succeeded();
    return result;
  };
}

/** Names some of many. */
const someOf = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

const whileAttached =
  (attachment: Attachment, run: AnyHandler): AnyHandler =>
  (...args) =>
    attachment.attached ? run(...args) : undefined;

const handleOf = ({ id, detach }: Pick<Attachment, 'id' | 'detach'>): HandlerHandle => ({ id, detach, [Symbol.dispose]: detach });

const startsWith = (event: EventPrefix, prefix: readonly string[]): boolean => prefix.every((segment, index) => event[index] === segment);

/** Everything is under the prefix `[]`, spelled `*`. */
const subscriptionKey = (event: EventPrefix): string => keyOf(event) || '*';

/** Refuses what can't be attached; returns the events without repetitions. */
function checkRequest({ id, events, match, handler, options }: AttachRequest): readonly EventPrefix[] {
  checkOptions('attach', options, RULES);
  if (typeof id !== 'string' || !id) throw refusal('HANDLER_INVALID', 'Handler id', id, 'a string that is not empty');
  if (!isFunction(handler)) throw refusal('HANDLER_INVALID', 'Handler', handler, 'a function (event, measurements, metadata, config)');
  if (!Array.isArray(events)) throw optionInvalid('attachMany: events', events, 'a list of events');
  for (const event of events) {
    if (match === 'exact') checkName(event);
    else if (!isSegments(event) || event.length > 3) throw nameError(event, 'a prefix of zero to three segments');
  }
  return [...new Map(events.map((event) => [keyOf(event), event])).values()];
}
