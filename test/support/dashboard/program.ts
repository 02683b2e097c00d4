/**
 * A program to look at: a service for coding agents with requests, sessions, errors, an alert that fires, checks, files and a panel. Its
 * minutes pass in an instant on a clock of its own, from the same random numbers each time; afterwards it goes on as time goes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentEvents } from '../../../lib/catalogues/agent';
import { createErrors } from '../../../lib/entries/errors';
import { trackHttp } from '../../../lib/entries/http';
import { bindContext, createTelemetry, defineEvent, defineEvents, runWithContext } from '../../../lib/index';
import { type AdminServer, definePanel, type ServeAdminOptions } from '../../../lib/node/admin/index';
import { serveAdminWithin } from '../../../lib/node/admin/serve';
import { type StartedTelemetry, startTelemetry } from '../../../lib/node/index';
import { SERVER_LIMITS } from '../../../lib/node/server/limits';
import { type FakeClock, fakeClock } from '../../../lib/testing';
import { TOKENS } from '../admin/tokens';

const shop = defineEvents('shop', {
  cart: {
    checkout: defineEvent<{ duration: number }, { region: string }>({
      doc: 'A cart was paid',
      tags: ['region'],
      slow: { warn: '2s', error: '5s' },
    }),
  },
  refund: { issued: defineEvent<{ count: number }, { region: string }>({ doc: 'Money went back' }) },
});

export interface Program {
  readonly server: AdminServer;
  readonly app: StartedTelemetry<never>;
  readonly clock: FakeClock;
  readonly logDir: string;
  /** Lets time pass, with what happens in it. */
  pass(seconds: number): void;
  /** Ends all, and removes the files. */
  stop(): Promise<void>;
}

export interface ProgramOptions extends ServeAdminOptions {
  /** How long it has been running when it is looked at. Default: 300. */
  readonly seconds?: number;
  /** Nothing happens in it. */
  readonly isIdle?: boolean;
  /** Goes on by itself. Default: true. */
  readonly isRunning?: boolean;
}

const ROUTES = ['/v1/chat', '/v1/sessions/:id', '/v1/tools/:name', '/health'] as const;
const MODELS = ['large', 'small'] as const;
const TICK_MS = 100;

/** Numbers from 0 to 1, the same each time: mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const { seconds = 300, isIdle = false, isRunning = true, ...serve } = options;
  const clock = fakeClock(Date.now() - seconds * 1000);
  const logDir = mkdtempSync(join(tmpdir(), 'dashboard-'));
  const bus = createTelemetry({ events: [agentEvents, shop], clock, onWarning: () => undefined });
  const app = await startTelemetry({
    app: 'assistant',
    instance: 'a-1',
    bus,
    clock,
    environment: 'production',
    env: {},
    logDir,
    level: 'debug',
    console: false,
    onWarning: () => undefined,
    monitor: { interval: '5s' },
    metrics: { history: true },
    health: {
      checks: {
        database: { check: () => ({ status: 'healthy', data: { connections: 7 } }), interval: '10s' },
        'model-provider': {
          check: () => (Math.floor(clock.monotonicTime() / 60_000) % 3 === 2 ? { status: 'degraded', detail: 'p95 of 4.8 s' } : true),
          critical: false,
          interval: '10s',
        },
      },
    },
    alerts: {
      every: '5s',
      rules: [
        'slow_model: p95("agent.llm.response") > 3s in 1m',
        'failing_sessions: count("agent.session.error") > 3 in 1m',
        'refunds: count("shop.refund.issued") > 1000 in 5m',
      ],
    },
  });
  const tracking = trackHttp(app.telemetry as never, { routes: [...ROUTES] });
  const errors = createErrors(app.telemetry as never, { logger: 'assistant' });
  const random = randomFrom(42);
  const pick = <Item>(all: readonly Item[]): Item => all[Math.floor(random() * all.length)] as Item;
  // Timers of the system keep their scope by themselves.
  const after = (ms: number, work: () => void): void => void clock.setTimer(bindContext(work), ms);
  const log = app.logger('assistant.worker');
  let sessions = 0;

  function session(): void {
    const sessionId = `s-${(++sessions).toString(16).padStart(4, '0')}`;
    const begun = clock.monotonicTime();
    runWithContext({ session_id: sessionId }, () => {
      bus.execute(agentEvents.session.start, { count: 1 }, { sessionId, task: pick(['fix a test', 'explain', 'rename']) });
      log.info('Session taken', { model: pick(MODELS), queue: Math.floor(random() * 9) });
      const calls = 1 + Math.floor(random() * 3);
      let at = 0;
      for (let call = 0; call < calls; call++) {
        const model = pick(MODELS);
        const isSlow = Math.floor(clock.monotonicTime() / 45_000) % 4 === 3 && random() < 0.4;
        const duration = (model === 'large' ? 900 : 180) * (0.5 + random() + (random() < 0.05 ? 4 : 0)) * (isSlow ? 5 : 1);
        at += duration;
        after(at, () => {
          bus.execute(
            agentEvents.llm.response,
            { duration, inputTokens: 1200, outputTokens: Math.floor(80 + random() * 500) },
            { sessionId, model },
          );
          const kind = pick(['file', 'listing']);
          const isHit = random() < 0.7;
          bus.execute(isHit ? agentEvents.context.cache_hit : agentEvents.context.cache_miss, { bytes: 2048 }, { sessionId, kind });
          bus.execute(agentEvents.tool.stop, { duration: 4 + random() * 60, files: 3 }, {
            sessionId,
            tool: pick(['read', 'search', 'edit']),
          } as never);
        });
      }
      after(at + 5, () => {
        const duration = clock.monotonicTime() - begun;
        if (random() < 0.06) {
          const reason = new TypeError(`The model answered ${pick([429, 503])}`);
          errors.report(reason, { component: 'sessions', fields: { session_id: sessionId } });
          bus.execute(agentEvents.session.error, { duration }, { sessionId, reason });
        } else bus.execute(agentEvents.session.stop, { duration }, { sessionId, status: 'ok' });
      });
    });
  }

  function request(): void {
    const route = pick(ROUTES);
    const target = route.replace(':id', `s-${Math.floor(random() * 900)}`).replace(':name', pick(['read', 'search']));
    const exchange = tracking.tracker.begin({
      method: route === '/v1/chat' ? 'POST' : 'GET',
      target,
      headers: new Map(),
      peer: '192.0.2.7',
      httpVersion: '1.1',
    });
    if (exchange === undefined) return;
    exchange.matched(route);
    exchange.run(() => log.debug('Request taken', { route }));
    const failed = random() < 0.02;
    after(4 + random() * 40 + (random() < 0.04 ? 700 : 0), () => {
      if (failed) exchange.run(() => exchange.fail(new RangeError(`No tool is called ${pick(['browse', 'draw'])}`)));
      exchange.end({ status: failed ? 500 : random() < 0.05 ? 404 : 200, responseBytes: Math.floor(200 + random() * 4000) });
    });
  }

  function pass(wanted: number): void {
    for (let tick = 0; tick < (wanted * 1000) / TICK_MS; tick++) {
      if (!isIdle) {
        if (random() < 0.22) session();
        if (random() < 0.7) request();
        if (random() < 0.15)
          bus.execute(shop.cart.checkout, { duration: 80 + random() * 900 + (random() < 0.03 ? 3000 : 0) }, { region: pick(['eu', 'us']) });
        if (random() < 0.004) app.security('unauthorized_access', { severity: 'high', ip: '203.0.113.9', endpoint: '/admin', attempts: 3 });
      }
      clock.advance(TICK_MS);
    }
  }

  const panel = definePanel({
    id: 'queue',
    title: 'Work queue',
    doc: 'What waits for a model.',
    read: () => ({
      tiles: [
        { label: 'Sessions', value: sessions },
        { label: 'Oldest', value: 1840, unit: 'ms', tone: 'warn' },
      ],
      charts: [{ title: 'Model answers', metric: 'agent.llm.response' }],
      tables: [
        {
          title: 'Waiting',
          columns: ['session', 'for ms'],
          rows: [
            ['s-0012', 1840],
            ['s-0013', 220],
          ],
        },
      ],
    }),
  });
  const server = await serveAdminWithin(
    SERVER_LIMITS,
    app as never,
    { port: 0, tokens: TOKENS, monitoring: { panels: [panel] }, ...serve },
    { isTTY: false, write: () => undefined },
  );
  pass(seconds);
  // Checks run in promises between the steps of the clock.
  await app.health.check();
  let last = performance.now();
  const running = isRunning
    ? setInterval(() => {
        const now = performance.now();
        const steps = Math.min(50, Math.floor((now - last) / TICK_MS));
        last += steps * TICK_MS;
        pass((steps * TICK_MS) / 1000);
      }, TICK_MS)
    : undefined;
  return {
    server,
    app: app as never,
    clock,
    logDir,
    pass,
    async stop() {
      clearInterval(running);
      tracking.close();
      await server.close();
      await app.stop();
      rmSync(logDir, { recursive: true, force: true });
    },
  };
}
