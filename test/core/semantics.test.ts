import * as stable from '@opentelemetry/semantic-conventions';
import * as all from '@opentelemetry/semantic-conventions/incubating';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defineAgentEvents } from '../../lib/catalogues/agent';
import { defineChatEvents } from '../../lib/catalogues/chat';
import { isTelemetryError } from '../../lib/core/errors';
import { isContent, putAttribute } from '../../lib/core/semantics/attributes';
import { type Domain, declareDomain, domainOf } from '../../lib/core/semantics/domains';
import { attributeNameOf, metricNameOf, namesOf, otelEventNameOf, SEMANTIC_NAMES } from '../../lib/core/semantics/names';
import { shared } from '../../lib/core/shared';
import { capturesContent, exceptionSignals } from '../../lib/core/variables/otel-variables';
import { runtimeEvents } from '../../lib/node/runtime/events';

/** The official names of a kind: `ATTR`, `METRIC`, `EVENT`. */
const official = (names: object, kind: string): ReadonlySet<unknown> =>
  new Set(
    Object.entries(names)
      .filter(([key]) => key.startsWith(`${kind}_`))
      .map(([, value]) => value),
  );
const STABLE = official(stable, 'ATTR');
const ALL = official(all, 'ATTR');
const DOMAINS = Object.keys(SEMANTIC_NAMES) as Domain[];

function put(name: string, value: unknown, domain?: Domain): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  putAttribute((key, own) => void (attributes[key] = own), name, value, domain);
  return attributes;
}

test('every name of the table is an attribute of the conventions, as stable as the table says', () => {
  for (const domain of DOMAINS) {
    for (const name of Object.values(SEMANTIC_NAMES[domain].stable)) assert.ok(STABLE.has(name), `stable: ${name}`);
    for (const name of Object.values(SEMANTIC_NAMES[domain].development)) {
      assert.ok(ALL.has(name) && !STABLE.has(name), `in development: ${name}`);
    }
  }
});

test('metrics get names of the conventions, or have them already', () => {
  const metrics = official(all, 'METRIC');
  for (const name of ['nodejs.gc.pause.duration', 'nodejs.active_handles']) assert.ok(metrics.has(metricNameOf(name)), name);
  const same = ['process.cpu.time', 'process.memory.usage', 'process.uptime', 'system.cpu.utilization', 'system.filesystem.usage'];
  const more = ['process.unix.file_descriptor.count', 'nodejs.eventloop.delay.p99', 'nodejs.eventloop.utilization', 'system.memory.limit'];
  for (const name of [...same, ...more, 'system.network.connection.count', 'http.server.request.duration']) {
    assert.equal([metrics.has(name), metricNameOf(name)], [true, undefined], name);
  }
  assert.is(metricNameOf('constructor'), undefined);
});

test('exceptions are told by their operation', () => {
  defineAgentEvents('exceptions');
  const events = official(all, 'EVENT');
  const keys = ['http.request.exception', 'http.client.exception', 'exceptions.llm.error', 'other.llm.exception'];
  const names = keys.map(otelEventNameOf);
  assert.equal(names, [
    'http.server.request.exception',
    'http.client.request.exception',
    'gen_ai.client.operation.exception',
    'gen_ai.client.operation.exception',
  ]);
  for (const name of names) assert.ok(events.has(name), name);
  assert.is(otelEventNameOf('exceptions.tool.exception'), 'gen_ai.execute_tool.exception');
  for (const same of ['workshop.tool.exception', 'exceptions.llm.response', 'shop.cart.exception', 'constructor', '', 'a.toString.error']) {
    assert.is(otelEventNameOf(same), same);
  }
});

test('a domain is that of a component whose meaning is certain', () => {
  const expected = [
    ['http', 'request', 'http'],
    ['http', 'client', 'client'],
    ['nodejs', 'gc', 'nodejs'],
    ['anything', 'llm', 'gen_ai'],
    ['workshop', 'tool', undefined],
    ['house', 'agent', undefined],
    ['system', 'door', undefined],
    ['http', 'anything', undefined],
    ['constructor', 'constructor', undefined],
  ] as const;
  for (const [app, component, domain] of expected) assert.is(domainOf(app, component), domain, `${app}.${component}`);
});

test('the catalogues of the library say what their components are about', () => {
  assert.is(domainOf('semantic_coder', 'tool'), undefined);
  defineAgentEvents('semantic_coder');
  for (const component of ['session', 'agent', 'llm', 'context', 'tool']) assert.is(domainOf('semantic_coder', component), 'gen_ai');
  defineChatEvents('semantic_chat');
  assert.equal([domainOf('semantic_chat', 'completion'), domainOf('semantic_chat', 'authentication')], ['gen_ai', undefined]);
});

test('an event of the runtime belongs to the domain of its tags', () => {
  const { system, process, nodejs } = runtimeEvents;
  const names = [
    [system.disk.sample, 'mount', 'system.filesystem.mountpoint'],
    [system.network.sample, 'state', 'network.connection.state'],
    [process.handles.sample, 'type', 'v8js.resource.type'],
    [nodejs.gc.pause, 'kind', 'v8js.gc.type'],
  ] as const;
  for (const [[app, component], tag, name] of names) assert.is(attributeNameOf(tag, domainOf(app, component)), name);
});

test('names that are not in the table stay as they are', () => {
  const names = fc.string().filter((name) => DOMAINS.every((domain) => !namesOf(domain).has(name)));
  fc.assert(
    fc.property(names, fc.anything(), fc.constantFrom(undefined, ...DOMAINS), (name, value, domain) => {
      assert.is(attributeNameOf(name, domain), name);
      const puts: unknown[] = [];
      putAttribute((key, own) => puts.push(key, own), name, value, domain);
      assert.equal([puts.length, puts[0], Object.is(puts[1], value)], [2, name, true]);
    }),
  );
  for (const name of ['constructor', '__proto__', 'toString']) assert.is(attributeNameOf(name, 'http'), name);
  assert.is(attributeNameOf('status'), 'status');
});

test('a value that the convention has no room for keeps the name of its field', () => {
  assert.equal(put('status', 200, 'http'), { 'http.response.status_code': 200 });
  assert.equal(put('status', 'ok', 'http'), { status: 'ok' });
  assert.equal(put('route', '(unmatched)', 'http'), { route: '(unmatched)' });
  assert.equal(put('model', { name: 'm' }, 'gen_ai'), { model: { name: 'm' } });
  assert.equal(put('inputTokens', 1.5, 'gen_ai'), { inputTokens: 1.5 });
  assert.equal(put('stream', true, 'gen_ai'), { 'gen_ai.request.stream': true });
});

test('a host is an address and, if it has one, a port', () => {
  assert.equal(put('host', 'a.example', 'client'), { 'server.address': 'a.example' });
  assert.equal(put('host', 'a.example:8443', 'client'), { 'server.address': 'a.example', 'server.port': 8443 });
  assert.equal(put('host', '[::1]:80', 'client'), { 'server.address': '[::1]', 'server.port': 80 });
  assert.equal(put('host', '[::1]', 'client'), { 'server.address': '[::1]' });
});

test('why a model stopped is a list', () => {
  assert.equal(put('finish', 'stop', 'gen_ai'), { 'gen_ai.response.finish_reasons': ['stop'] });
  assert.equal(put('finish', ['stop', 'length'], 'gen_ai'), { 'gen_ai.response.finish_reasons': ['stop', 'length'] });
  assert.equal(put('finish', [1], 'gen_ai'), { finish: [1] });
});

test('no name of the table is one of message contents', () => {
  const contents = /messages|instructions|arguments|result|prompt|completion|documents|query/;
  for (const domain of DOMAINS) for (const name of namesOf(domain).values()) assert.not.match(name, contents);
});

test('what people and models write is known by its name and its kind', () => {
  for (const name of ['prompt', 'system_prompt', 'Messages', 'tool-call-result', 'inputMessages']) assert.ok(isContent(name, 'text'), name);
  assert.ok(isContent('messages', [{ role: 'user' }]));
  for (const [name, value] of [
    ['prompt', 12],
    ['result', true],
    ['prompt_length', 'x'],
    ['model', 'm'],
  ] as const) {
    assert.not(isContent(name, value), name);
  }
});

test('contents are captured when the variable is true, and never otherwise', () => {
  const captures = (value?: string): boolean => capturesContent({ OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: value });
  assert.equal(['true', ' TRUE '].map(captures), [true, true]);
  assert.equal([undefined, '', '1', 'yes', 'false', 'span_only'].map(captures), [false, false, false, false, false, false]);
});

test('exceptions go where the variable says, and are never lost for want of a log bridge', () => {
  const signals = (value: string | undefined, hasLogs?: boolean) =>
    exceptionSignals({ OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: value }, hasLogs);
  assert.equal(signals(undefined), { logs: true, spanEvents: false });
  assert.equal(signals('logs'), { logs: true, spanEvents: false });
  assert.equal(signals('http, logs/DUP'), { logs: true, spanEvents: true });
  assert.equal(signals('anything'), { logs: true, spanEvents: false });
  assert.equal(signals(undefined, false), { logs: false, spanEvents: true });
  assert.equal(signals('logs', false), { logs: false, spanEvents: false });
  assert.equal(signals('logs/dup', false), { logs: false, spanEvents: true });
});

test('an application can say what its components are about; nonsense is refused', () => {
  assert.is(domainOf('semantic_own', 'tool'), undefined);
  declareDomain('semantic_own', ['tool'], 'gen_ai');
  assert.is(domainOf('semantic_own', 'tool'), 'gen_ai');
  for (const wrong of [
    [1, ['tool'], 'gen_ai'],
    ['a', 'tool', 'gen_ai'],
    ['a', [1], 'gen_ai'],
    ['a', ['tool'], 'toString'],
  ]) {
    assert.throws(
      () => declareDomain(...(wrong as [string, string[], Domain])),
      (error: unknown) => isTelemetryError(error) && error.code === 'OPTION_INVALID',
    );
  }
});

test('what is declared is bounded', () => {
  const before = shared.domains;
  shared.domains = new Map();
  try {
    for (let app = 0; app < 3000; app++) declareDomain(`bounded${app}`, ['tool'], 'gen_ai');
    assert.is(domainOf('bounded0', 'tool'), 'gen_ai');
    assert.is(domainOf('bounded2999', 'tool'), undefined);
  } finally {
    shared.domains = before ?? new Map();
  }
});

test.run();
