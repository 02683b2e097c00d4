/** One log line, each way of making it in a process of its own; see `scenarios`. Lines are counted and thrown away. */
import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { contextFields, runWithContext } from './library.mjs';
import {
  compare,
  DURATIONS,
  describedAt,
  EVENT,
  events,
  FLAGS,
  fieldsAt,
  IDS,
  justDiscard,
  loglevelEvent,
  loglevelLog,
  logTapeEvent,
  MASK,
  MESSAGE,
  measuredAt,
  ourEvent,
  ourLog,
  pinoEvent,
  pinoLog,
  TOKENS,
  winstonEvent,
} from './lines.mjs';
import { faster, ns, report, seen, takeTurns, within } from './measure.mjs';

const SECRETS = ['password', 'token', 'secret', 'authorization', 'api_key'];
const NESTED = ['user.password', 'headers.authorization', 'headers.cookie'];
/** Wildcards within a field cost pino nothing where there is no such field. */
const PATHS = [...SECRETS, ...NESTED, 'body.*.password', 'accounts[*].token'];
/** With wildcards at the beginning, as its manual has them too, it looks into every value. */
const PATHS_ANYWHERE = [...SECRETS, ...NESTED, '*.password', '*.token'];

/** Lines per request, as it were. */
const REQUEST = 10;
const USERS = ['ann', 'bob', 'carol', 'dave'];
const requestAt = (/** @type {number} */ at) => ({ request_id: IDS[at ^ 1], user: USERS[at & 3] });

/** Ours in a new context every ten lines. */
function ourRequests() {
  const { telemetry, sink } = ourLog();
  const responded = telemetry.emitter(events.llm.response);
  const loop = (/** @type {number} */ calls) => {
    for (let call = 0; call < calls; call += REQUEST) {
      runWithContext(requestAt(call & MASK), () => {
        for (let line = call; line < call + REQUEST; line++) responded(measuredAt(line & MASK), describedAt(line & MASK));
      });
    }
  };
  return { loop, sink };
}

/** Formats of ours: they begin with the JSON line. */
async function formatted(/** @type {string} */ name, /** @type {RegExp} */ looks, /** @type {Parameters<typeof ourLog>[1]} */ output) {
  const { loop, sink } = ourEvent(undefined, output);
  loop(1);
  assert.match(sink.first[0], looks);
  report([within(name, takeTurns({ loop }).loop.ns, { show: ns })]);
}

const PATH_OF_DEFAULT = 'JSON line, keys redacted, values scanned';

const PUT_TOGETHER = 'the same, put together as for a write';

const scenarios = {
  async keys() {
    justDiscard();
    const ours = ourEvent({ redact: { values: false } });
    report([compare('JSON line, keys redacted', ours, 'pino, nothing redacted', await pinoEvent(), { atLeast: 4 })]);
  },
  async 'keys-together'() {
    report([compare(PUT_TOGETHER, ourEvent({ redact: { values: false } }), 'pino, nothing redacted', await pinoEvent())]);
  },
  async values() {
    justDiscard();
    const redacting = await pinoEvent({ redact: { paths: PATHS_ANYWHERE, censor: '***' } });
    report([compare(PATH_OF_DEFAULT, ourEvent(), 'pino, 10 paths redacted', redacting, { atLeast: 3 })]);
  },
  async 'values-together'() {
    const redacting = await pinoEvent({ redact: { paths: PATHS_ANYWHERE, censor: '***' } });
    report([compare(PUT_TOGETHER, ourEvent(), 'pino, 10 paths redacted', redacting)]);
  },
  async inner() {
    const redacting = await pinoEvent({ redact: { paths: PATHS, censor: '***' } });
    report([compare('', ourEvent(), 'pino, wildcards within a field only', redacting)]);
  },
  async winston() {
    report([compare('', ourEvent(), 'winston', await winstonEvent())]);
  },
  async logtape() {
    report([compare('', ourEvent(), 'LogTape', await logTapeEvent())]);
  },
  async 'logtape-redacting'() {
    report([compare('', ourEvent(), `LogTape, ${SECRETS.length} names redacted`, await logTapeEvent(SECRETS))]);
  },
  async loglevel() {
    report([compare('', ourEvent(), 'loglevel with JSON.stringify', await loglevelEvent())]);
  },

  async plain() {
    const { telemetry, sink } = ourLog();
    const log = telemetry.logger('bot');
    const pino = await pinoLog();
    const child = pino.logger.child({ logger: log.name });
    const ours = (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call++) log.info('Processing message', fieldsAt(call & MASK));
    };
    const theirs = (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call++) child.info(fieldsAt(call & MASK), 'Processing message');
    };
    report([compare('plain line, `log.info(message, fields)`', { loop: ours, sink }, 'pino', { loop: theirs, sink: pino.sink })]);
  },

  async context() {
    const { logger, sink } = await pinoLog();
    const event = logger.child(EVENT);
    const loop = (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call += REQUEST) {
        const child = event.child(requestAt(call & MASK));
        for (let line = call; line < call + REQUEST; line++) child.info(fieldsAt(line & MASK), MESSAGE);
      }
    };
    report([compare(`JSON line in a context of ${REQUEST} lines`, ourRequests(), 'pino, a child each', { loop, sink })]);
  },
  async mixin() {
    /** @type {AsyncLocalStorage<object>} */
    const storage = new AsyncLocalStorage();
    // pino writes the line's fields into what it is given.
    const { logger, sink } = await pinoLog({ mixin: () => ({ ...storage.getStore() }) });
    const child = logger.child(EVENT);
    const loop = (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call += REQUEST) {
        storage.run(requestAt(call & MASK), () => {
          for (let line = call; line < call + REQUEST; line++) child.info(fieldsAt(line & MASK), MESSAGE);
        });
      }
    };
    report([compare('', ourRequests(), 'pino, AsyncLocalStorage and mixin', { loop, sink })]);
  },

  async four() {
    const { telemetry, sink } = ourLog();
    const responded = telemetry.emitter(events.llm.response);
    const stopped = telemetry.emitter(events.tool.stop);
    const started = telemetry.emitter(events.session.start);
    const evicted = telemetry.emitter(events.cache.evict);
    const ours = (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call += 4) {
        const at = call & MASK;
        responded(measuredAt(at), describedAt(at));
        stopped({ duration: DURATIONS[at], files: TOKENS[at] }, { session_id: IDS[at], tool: 'grep', path: '/srv/data', ok: true });
        started({ count: 1 }, { session_id: IDS[at], user: USERS[at & 3], mode: 'interactive' });
        evicted({ size: TOKENS[at], age_ms: DURATIONS[at] }, { session_id: IDS[at], region: 'eu-west-1', full: FLAGS[at] });
      }
    };
    const pino = await pinoLog();
    const [response, stop, start, evict] = ['llm.response', 'tool.stop', 'session.start', 'cache.evict'].map((name) =>
      pino.logger.child({ logger: `shop.${name.split('.')[0]}`, event_name: `shop.${name}` }),
    );
    const theirs = (/** @type {number} */ calls) => {
      for (let call = 0; call < calls; call += 4) {
        const at = call & MASK;
        response.info(fieldsAt(at), MESSAGE);
        stop.info(
          { duration_ms: DURATIONS[at], files: TOKENS[at], session_id: IDS[at], tool: 'grep', path: '/srv/data', ok: true },
          'shop.tool.stop',
        );
        start.info({ count: 1, session_id: IDS[at], user: USERS[at & 3], mode: 'interactive' }, 'shop.session.start');
        evict.info(
          { size: TOKENS[at], age_ms: DURATIONS[at], session_id: IDS[at], region: 'eu-west-1', full: FLAGS[at] },
          'shop.cache.evict',
        );
      }
    };
    report([compare('JSON line, four events taking turns', { loop: ours, sink }, 'pino', { loop: theirs, sink: pino.sink })]);
  },

  async error() {
    const { telemetry, sink } = ourLog();
    const log = telemetry.logger('bot');
    const pino = await pinoLog();
    const child = pino.logger.child({ logger: log.name });
    const times = takeTurns({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) log.error(failure(DEPTH), 'Upstream call failed', { session_id: IDS[call & MASK] });
      },
      pino: (calls) => {
        for (let call = 0; call < calls; call++) child.error({ err: failure(DEPTH), session_id: IDS[call & MASK] }, 'Upstream call failed');
      },
      making: (calls) => {
        for (let call = 0; call < calls; call++) seen[0] = (seen[0] + (failure(DEPTH).stack?.length ?? 0)) | 0;
      },
    });
    // The fields have other names; what they say must be the same.
    const [our, their] = [sink, pino.sink].map(({ first }) => JSON.parse(first[0]));
    const { exception } = our;
    const { err } = their;
    assert.deepEqual(
      [our.message, our.session_id, exception.type, exception.message, exception.traceback.length],
      [their.message, their.session_id, err.type, err.message, err.stack.split('\n').length - 1],
    );
    assert.equal(exception.traceback.length, 10);
    report([
      faster('JSON line of a new error, stack of 10', times.ours, 'pino', times.pino),
      faster('', times.ours, 'the error and its stack alone', times.making),
    ]);
  },

  async below() {
    const { telemetry, sink } = ourLog();
    const hit = telemetry.emitter(events.cache.hit);
    const { child, level, lines } = await silentPeers();
    const times = takeTurns({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) hit(measuredAt(call & MASK), describedAt(call & MASK));
      },
      pino: (calls) => {
        for (let call = 0; call < calls; call++) child.debug(fieldsAt(call & MASK), 'shop.cache.hit');
      },
      loglevel: (calls) => {
        for (let call = 0; call < calls; call++) level.debug('shop.cache.hit', fieldsAt(call & MASK));
      },
    });
    assert.equal(sink.lines + lines(), 0);
    report([faster('event below the level', times.ours, 'pino', times.pino), faster('', times.ours, 'loglevel', times.loglevel)], {
      heard: false,
    });
  },
  async lazy() {
    const { telemetry, sink } = ourLog();
    const log = telemetry.logger('bot');
    const { child, level, lines } = await silentPeers();
    const times = takeTurns({
      ours: (calls) => {
        for (let call = 0; call < calls; call++) log.debug('Fetched', () => fieldsAt(call & MASK));
      },
      pino: (calls) => {
        for (let call = 0; call < calls; call++) child.debug(fieldsAt(call & MASK), 'Fetched');
      },
      loglevel: (calls) => {
        for (let call = 0; call < calls; call++) level.debug('Fetched', fieldsAt(call & MASK));
      },
    });
    assert.equal(sink.lines + lines(), 0);
    report(
      [
        faster('`log.debug(message, () => fields)` below the level', times.ours, 'pino', times.pino),
        faster('', times.ours, 'loglevel', times.loglevel),
      ],
      { heard: false },
    );
  },

  async outside() {
    const storage = new AsyncLocalStorage();
    // A program that never opens a scope would pay even less.
    runWithContext({}, () => storage.run({}, () => assert.ok(contextFields())));
    report([readContext('context read outside of any', storage)]);
  },
  async inside() {
    const storage = new AsyncLocalStorage();
    const fields = requestAt(1);
    const row = runWithContext(fields, () => storage.run(fields, () => readContext('context read within one', storage)));
    report([row]);
  },

  text: () => formatted('format `text`', /^\d{4}-\d\d-\d\d .*shop\.llm/, { format: 'text' }),
  pretty: () => formatted('format `pretty`, with colours', /^.*shop\.llm/, { format: 'pretty', colors: true }),
  pino: () => formatted('schema `pino`', /"time":\d/, { schema: 'pino' }),
  ecs: () => formatted('schema `ecs`', /"@timestamp":/, { schema: 'ecs' }),
  otel: () => formatted('schema `otel`', /./, { schema: 'otel' }),
};

/** Deep enough for a whole stack. */
const DEPTH = 12;
function failure(/** @type {number} */ depth) {
  return depth === 0 ? new Error('connect ECONNREFUSED 10.0.0.1:5432') : failure(depth - 1);
}

/** Peers at a level at which debug says nothing. */
async function silentPeers() {
  const pino = await pinoLog();
  const loglevel = await loglevelLog();
  return { child: pino.logger.child(EVENT), level: loglevel.logger, lines: () => pino.sink.lines + loglevel.sink.lines };
}

function readContext(/** @type {string} */ path, /** @type {AsyncLocalStorage<unknown>} */ storage) {
  const times = takeTurns({
    ours: (calls) => {
      for (let call = 0; call < calls; call++) seen[0] = (seen[0] + (contextFields() === undefined ? 1 : 2)) | 0;
    },
    storage: (calls) => {
      for (let call = 0; call < calls; call++) seen[0] = (seen[0] + (storage.getStore() === undefined ? 1 : 2)) | 0;
    },
  });
  return faster(path, times.ours, 'AsyncLocalStorage', times.storage);
}

await scenarios[process.argv[2] ?? 'keys']();
