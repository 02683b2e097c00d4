/** A program in which every text that reaches the page would like to be more than text. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createErrors } from '../../../lib/entries/errors';
import { trackHttp } from '../../../lib/entries/http';
import { counter, createTelemetry, distribution, runWithContext } from '../../../lib/index';
import { type AdminServer, definePanel, type Panel } from '../../../lib/node/admin/index';
import { serveAdminWithin } from '../../../lib/node/admin/serve';
import { type StartedTelemetry, startTelemetry } from '../../../lib/node/index';
import { SERVER_LIMITS } from '../../../lib/node/server/limits';
import { TOKENS } from '../admin/tokens';
import { told } from './api-of';

/** Each would set `pwned`, open a dialog or load something, were it taken for more than text. */
export const PAYLOADS: readonly string[] = [
  '<script>globalThis.pwned=1;alert(1)</script>',
  '<img src=x onerror="globalThis.pwned=1;alert(1)">',
  '<svg/onload=globalThis.pwned=1>',
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  'javascript:globalThis.pwned=1//',
  ' jAvA\tscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '//evil.example/x.js',
  'https://evil.example/x.js',
  '"><img src=//evil.example/i>',
  "' autofocus onfocus='globalThis.pwned=1' x='",
  '</script><script>globalThis.pwned=1</script>',
  '</textarea></title></style><b>out</b>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<template><img src=x onerror=alert(1)></template>',
  '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
  '{{constructor.constructor("globalThis.pwned=1")()}}',
  '$' + '{globalThis.pwned=1}',
  '\u202egnp.exe\u2066<b>\u2069',
  'a\u0000<b>b</b>\u0007\u001b[31m',
  '__proto__',
  '&lt;img src=x onerror=alert(1)&gt;&#60;b&#62;',
  `<b>${'long '.repeat(60)}</b>`,
];

export interface HostileProgram {
  readonly server: AdminServer;
  readonly app: StartedTelemetry<never>;
  /** Fields whose every text was refused. */
  readonly refused: readonly string[];
  /** Fields that took some of the texts, each with a marker in it: `mk_<field>`. */
  readonly taken: readonly string[];
  stop(): Promise<void>;
}

export const markerOf = (field: string): string => `mk_${field}_`;

export async function startHostile(): Promise<HostileProgram> {
  const logDir = mkdtempSync(join(tmpdir(), 'hostile-'));
  const bus = createTelemetry({ onWarning: () => undefined });
  const [refused, taken]: [string[], string[]] = [[], []];
  /** Puts every text into a field: as it is, and after a marker by which it is found again. */
  function each(field: string, put: (text: string, index: number) => unknown): void {
    const [marked, raw] = [PAYLOADS.map((payload) => `${markerOf(field)} ${payload}`), PAYLOADS];
    let isTaken = false;
    // Those with a marker first: of errors in a storm, only the first are written.
    for (const [index, text] of [...marked, ...raw].entries()) {
      try {
        put(text, index);
        isTaken ||= index < marked.length;
      } catch {
        // Refused: it reaches nobody.
      }
    }
    (isTaken ? taken : refused).push(field);
  }
  const worst = PAYLOADS[1] as string;
  const app = await startTelemetry({
    app: `${markerOf('app')} ${worst}`,
    instance: `${markerOf('instance')} ${worst}`,
    bus: bus as never,
    environment: 'production',
    env: {},
    logDir,
    level: 'debug',
    console: false,
    onWarning: () => undefined,
    values: { slackChannelId: `${markerOf('config')} ${worst}` },
    metrics: { history: true },
    alerts: { every: '30s' },
  });
  const { telemetry } = app;
  const log = app.logger('hostile');

  const panels: Panel[] = [];
  each('panelid', (text) => panels.push(definePanel({ id: text, title: 'x', read: () => ({}) })));
  each('paneltitle', (text, index) => {
    if (index % 12 === 0) panels.push(definePanel({ id: `p${index}`, title: text, doc: text, read: () => ({ notes: [text] }) }));
  });
  const marked = (field: string): string[] => PAYLOADS.map((payload) => `${markerOf(field)} ${payload}`);
  panels.push(
    definePanel({
      id: 'hostile',
      title: 'Hostile',
      read: () => ({
        tiles: marked('tile')
          .slice(0, 12)
          .map((text) => ({ label: text, value: text, unit: text })),
        charts: marked('chart')
          .slice(0, 8)
          .map((text) => ({ title: text, metric: text, column: text })),
        tables: [
          { title: `${markerOf('table')} ${worst}`, columns: marked('column').slice(0, 20), rows: marked('cell').map((text) => [text, 1]) },
        ],
        notes: marked('note').slice(0, 20),
      }),
    }),
    definePanel({ id: 'failing', title: 'Failing', read: () => Promise.reject(new Error(worst)) }),
    definePanel({ id: 'wrong', title: 'Wrong', read: () => ({ [worst]: 1 }) as never }),
  );
  taken.push('tile', 'chart', 'table', 'column', 'cell', 'note');

  const server = await serveAdminWithin(
    SERVER_LIMITS,
    app as never,
    { port: 0, tokens: TOKENS, monitoring: { panels: panels.slice(-12) } },
    { isTTY: false, write: () => undefined },
  );
  // Lines, requests and samples are kept from the first question on.
  for (const path of ['/admin/events', '/admin/logs/lines', '/admin/requests']) await told({ server }, path);

  each('event', (text) => telemetry.execute(['hostile', 'job', text] as never, { duration: 3 } as never));
  each('measurement', (text) => telemetry.execute(['hostile', 'job', 'of'] as never, { [text]: 1 } as never));
  each('metaname', (text) => telemetry.execute(['hostile', 'job', 'of'] as never, { duration: 1 } as never, { [text]: 1 } as never));
  each('metadata', (text) =>
    telemetry.execute(['hostile', 'job', 'of'] as never, { duration: 1 } as never, { said: text, deep: { said: [text] } } as never),
  );
  each('metric', (text) => telemetry.registerMetrics([counter(text, ['hostile', 'job', 'of'] as never)]));
  telemetry.registerMetrics([
    distribution(
      'hostile.tagged.duration',
      ['hostile', 'job', 'tagged'] as never,
      { measurement: 'duration', unit: 'ms', tags: ['place'] } as never,
    ),
  ]);
  each('tag', (text) => telemetry.execute(['hostile', 'job', 'tagged'] as never, { duration: 7 } as never, { place: text } as never));
  each('handler', (text) => telemetry.attach(text, ['hostile', 'job', 'of'] as never, () => undefined));
  each('logger', (text) => app.logger(text).info('x'));
  each('message', (text) => log.info(text));
  each('fieldname', (text) => log.warn('Field', { [text]: 1 }));
  each('field', (text) => log.warn('Field', { said: text, list: [text] }));
  each('session', (text) => runWithContext({ session_id: text }, () => log.info('Within')));

  const errors = createErrors(telemetry as never, { logger: 'hostile' });
  each('errormessage', (text) => errors.report(new Error(text), { component: 'hostile' }));
  each('cause', (text, index) => errors.report(new Error(`Caused ${index}`, { cause: new RangeError(text) }), { component: 'hostile' }));
  each('errortype', (text, index) => errors.report(Object.assign(new Error(`Typed ${index}`), { name: text }), { component: 'hostile' }));
  each('code', (text, index) => errors.report(Object.assign(new Error(`Coded ${index}`), { code: text }), { component: 'hostile' }));
  each('component', (text, index) => errors.report(new Error(`Of ${index}`), { component: text }));
  each('stack', (text, index) =>
    errors.report(Object.assign(new Error(`At ${index}`), { stack: `Error: At ${index}\n    at ${text} (/srv/${text}.js:1:2)` }), {
      component: 'hostile',
    }),
  );

  const { tracker, close } = trackHttp(telemetry as never, { routes: ['/a/:id'] });
  const request = (target: string, more: { method?: string; agent?: string; route?: string; id?: string }): void => {
    const headers = new Map([['user-agent', more.agent ?? 'x'] as const, ...(more.id ? [['x-request-id', more.id] as const] : [])]);
    const exchange = tracker.begin({ method: more.method ?? 'GET', target, headers, peer: '192.0.2.7', httpVersion: '1.1' } as never);
    if (exchange === undefined) throw new Error('not tracked');
    exchange.matched(more.route ?? '/a/:id');
    exchange.end({ status: 500, responseBytes: 1 });
  };
  each('path', (text) => request(`/a/${text}`, {}));
  each('method', (text) => request('/a/1', { method: text }));
  each('route', (text) => request('/a/2', { route: `/r/${text}` }));
  each('agent', (text) => request('/a/3', { agent: text }));
  each('requestid', (text) => request('/a/4', { id: text }));

  each('security', (text) => app.security(text, { severity: 'high' }));
  each('securityfield', (text) =>
    app.security('authz_fail', {
      severity: 'low',
      ip: text,
      user: text,
      endpoint: text,
      attempted_resource: text,
      user_agent: text,
      [text]: text,
    }),
  );
  each('check', (text) => app.health.addCheck(text, () => true));
  PAYLOADS.forEach((payload, index) => {
    const text = `${markerOf('checkoutput')} ${payload}`;
    app.health.addCheck(
      `hostile-${index}`,
      () => ({ status: 'degraded', detail: text, data: { said: `${markerOf('checkdata')} ${payload}`, [payload]: text } }),
      {
        critical: false,
      },
    );
  });
  taken.push('checkoutput', 'checkdata', 'app', 'instance', 'config');
  const custom = { kind: 'custom', read: () => 9 } as const;
  each('rule', (text) => app.alerts.addRule({ name: text, when: custom, threshold: { op: '>', warning: 1 } }));
  each('summary', (text, index) =>
    app.alerts.addRule({
      name: `hostile_${index}`,
      when: custom,
      threshold: { op: '>', warning: 1 },
      summary: text,
      runbook: text,
    } as never),
  );
  app.alerts.addRule({
    name: 'grouped',
    when: { kind: 'custom', read: () => Object.fromEntries(PAYLOADS.map((payload) => [`${markerOf('group')} ${payload}`, 9])) },
    threshold: { op: '>', warning: 1 },
  });
  taken.push('group');
  each('reason', (text) => app.alerts.silence({ rule: 'grouped', for: '1h', reason: text, by: text }));
  app.alerts.evaluate();
  await app.health.check();
  return {
    server,
    app: app as never,
    refused,
    taken,
    async stop() {
      close();
      await server.close();
      await app.stop();
      rmSync(logDir, { recursive: true, force: true });
    },
  };
}
