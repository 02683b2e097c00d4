/** Emission through a resolved emitter: `idle`, `one`, `five` or `fifty` (events with a handler each). */
import diagnostics from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import EventEmitter3 from 'eventemitter3';
import mitt from 'mitt';
import { createNanoEvents } from 'nanoevents';
import { createTelemetry, defineEvent, defineEvents } from './library.mjs';
import { faster, ns, report, seen, takeTurns } from './measure.mjs';

const MEASUREMENTS = { count: 1 };
const METADATA = { sessionId: 's1' };
const events = defineEvents('app', {
  many: Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`event${index}`, defineEvent()])),
});
const first = events.many.event0;

/**
 * Handlers that differ in their source, as an application's do. Closures of one source would share what the compiler
 * learnt about them.
 */
const makeHandlers = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, index) => new Function('seen', `return () => { seen[0] = (seen[0] + ${index + 1}) | 0; }`)(seen));

/** A bus as in production; the development default also looks for a schema at each emission. */
const makeBus = (environment = 'production') => createTelemetry({ events, environment });

/** Every library with the same handlers on one event. */
function peersWith(/** @type {(() => void)[]} */ handlers) {
  const [nano, mitted, third, node, channel] = [
    createNanoEvents(),
    mitt(),
    new EventEmitter3(),
    new EventEmitter(),
    diagnostics.channel('bench'),
  ];
  for (const handler of handlers) {
    for (const emitter of [nano, mitted, third, node]) emitter.on('app.many.event0', handler);
    channel.subscribe(handler);
  }
  return {
    nanoevents: (calls) => {
      for (let call = 0; call < calls; call++) nano.emit('app.many.event0', MEASUREMENTS, METADATA);
    },
    // mitt and diagnostics_channel pass one value only.
    mitt: (calls) => {
      for (let call = 0; call < calls; call++) mitted.emit('app.many.event0', MEASUREMENTS);
    },
    eventemitter3: (calls) => {
      for (let call = 0; call < calls; call++) third.emit('app.many.event0', MEASUREMENTS, METADATA);
    },
    EventEmitter: (calls) => {
      for (let call = 0; call < calls; call++) node.emit('app.many.event0', MEASUREMENTS, METADATA);
    },
    diagnostics_channel: (calls) => {
      for (let call = 0; call < calls; call++) channel.publish(MEASUREMENTS);
    },
  };
}

const emitOn = (/** @type {ReturnType<typeof makeBus>} */ bus) => {
  const emit = bus.emitter(first);
  return (/** @type {number} */ calls) => {
    for (let call = 0; call < calls; call++) emit(MEASUREMENTS, METADATA);
  };
};

const scenarios = {
  idle() {
    const channel = diagnostics.channel('bench');
    const times = takeTurns({
      ours: emitOn(makeBus()),
      channel: (calls) => {
        for (let call = 0; call < calls; call++) channel.publish(MEASUREMENTS);
      },
    });
    const more = times.ours.ns - times.channel.ns;
    const row = faster('emit, no handler', times.ours, 'diagnostics_channel', times.channel);
    report([{ ...row, ratio: `${more < 0 ? '−' : '+'}${ns(Math.abs(more))}`, promise: 'within 2 ns', kept: more <= 2 }], { heard: false });
  },

  one() {
    const handlers = makeHandlers(1);
    const bus = makeBus();
    bus.attach('one', first, handlers[0]);
    const { ours, ...peers } = takeTurns({ ours: emitOn(bus), ...peersWith(handlers) });
    report([
      faster('emit, one handler', ours, 'nanoevents', peers.nanoevents, { promise: 'within 10 %', atLeast: 1 / 1.1 }),
      faster('', ours, 'mitt', peers.mitt, { atLeast: 8 }),
      ...others(ours, peers),
    ]);
  },

  // In a process of its own: two buses would share what the compiler learns.
  development() {
    const handlers = makeHandlers(1);
    const bus = makeBus('development');
    bus.attach('one', first, handlers[0]);
    const { nanoevents } = peersWith(handlers);
    const times = takeTurns({ ours: emitOn(bus), nanoevents });
    report([faster('emit, one handler, development', times.ours, 'nanoevents', times.nanoevents)]);
  },

  five() {
    const handlers = makeHandlers(5);
    const bus = makeBus();
    for (const [index, handler] of handlers.entries()) bus.attach(`handler${index}`, first, handler);
    const { ours, ...peers } = takeTurns({ ours: emitOn(bus), ...peersWith(handlers) });
    report([
      faster('emit, five handlers', ours, 'nanoevents', peers.nanoevents, { promise: 'ahead', atLeast: 1 }),
      faster('', ours, 'mitt', peers.mitt),
      ...others(ours, peers),
    ]);
  },

  fifty() {
    const handlers = makeHandlers(50);
    const bus = makeBus();
    const [nano, mitted, third, node] = [createNanoEvents(), mitt(), new EventEmitter3(), new EventEmitter()];
    const names = Object.keys(events.many);
    const channels = names.map((name) => diagnostics.channel(name));
    for (const [index, name] of names.entries()) {
      bus.attach(name, events.many[name], handlers[index]);
      for (const emitter of [nano, mitted, third, node]) emitter.on(name, handlers[index]);
      channels[index].subscribe(handlers[index]);
    }
    const emitters = names.map((name) => bus.emitter(events.many[name]));
    const { ours, ...peers } = takeTurns({
      ours: (calls) => {
        for (let call = 0, next = 0; call < calls; call++, next = next === 49 ? 0 : next + 1) emitters[next](MEASUREMENTS, METADATA);
      },
      nanoevents: (calls) => {
        for (let call = 0, next = 0; call < calls; call++, next = next === 49 ? 0 : next + 1)
          nano.emit(names[next], MEASUREMENTS, METADATA);
      },
      mitt: (calls) => {
        for (let call = 0, next = 0; call < calls; call++, next = next === 49 ? 0 : next + 1) mitted.emit(names[next], MEASUREMENTS);
      },
      eventemitter3: (calls) => {
        for (let call = 0, next = 0; call < calls; call++, next = next === 49 ? 0 : next + 1)
          third.emit(names[next], MEASUREMENTS, METADATA);
      },
      EventEmitter: (calls) => {
        for (let call = 0, next = 0; call < calls; call++, next = next === 49 ? 0 : next + 1)
          node.emit(names[next], MEASUREMENTS, METADATA);
      },
      diagnostics_channel: (calls) => {
        for (let call = 0, next = 0; call < calls; call++, next = next === 49 ? 0 : next + 1) channels[next].publish(MEASUREMENTS);
      },
    });
    report([
      faster('emit, 50 live events', ours, 'nanoevents', peers.nanoevents, { atLeast: 2 }),
      faster('', ours, 'mitt', peers.mitt),
      ...others(ours, peers),
    ]);
  },
};

/** The peers nothing was promised against. */
const others = (ours, peers) => ['eventemitter3', 'EventEmitter', 'diagnostics_channel'].map((peer) => faster('', ours, peer, peers[peer]));

scenarios[process.argv[2] ?? 'one']();
