import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFormat, type FormatOptions } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';
import { otelSchema } from '../../../lib/log/schemas/otel';

const FULL: LogRecord = {
  timestamp: '2026-02-13T19:06:35.545Z',
  level: 'ERROR',
  logger: 'app.http',
  message: 'request_complete',
  event_name: 'app.http.stop',
  app: 'my_app',
  environment: 'production',
  instance: 'main',
  port: 8000,
  hostname: 'host',
  pid: 42,
  thread: 'main',
  module: 'http',
  function: 'answer',
  line: 7,
  request_id: 'r1',
  trace_id: 't1',
  span_id: 's1',
  error_id: 'ERR-1',
  error_type: 'upstream',
  fingerprint: 'f00',
  exception: {
    type: 'TypeError',
    message: 'x',
    traceback: ['at a (b.ts:1:2)'],
    cause: { type: 'Error', message: 'y', traceback: ['at c (d.ts:3:4)'] },
    code: 'E1',
    retries: 2,
  },
  duration_ms: 12.5,
  method: 'GET',
  path: '/a',
  status: 500,
  content_length: 10,
  ip: '::1',
  user_agent: 'agent',
  tokens: 3,
  cached: false,
  nothing: null,
  nested: { a: [1] },
  'dotted.key': 'd',
};
const PLAIN: LogRecord = { timestamp: '2026-02-13T19:06:35.545Z', level: 'INFO', logger: 'app.bot', message: 'm' };
const STACK = 'TypeError: x (code=E1 retries=2)\n    at a (b.ts:1:2)\nCaused by: Error: y\n    at c (d.ts:3:4)';
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

const written = (record: LogRecord, options: FormatOptions) => JSON.parse(createFormat('json', options)(record)) as Record<string, unknown>;
const pino = (record: LogRecord) => written(record, { schema: 'pino' });
const ecs = (record: LogRecord, fieldsUnder?: string) =>
  written(record, { schema: 'ecs', ...(fieldsUnder === undefined ? {} : { fieldsUnder }) });
const otel = (record: LogRecord) => written(record, { schema: 'otel' });

test('the default schema is the record as it is', () => {
  assert.is(createFormat('json')(FULL), JSON.stringify(FULL));
});

test('pino: its own names first, the other core fields under theirs, own fields flat', () => {
  const { timestamp: _t, logger: _l, message: _m, exception: _e, level: _v, pid: _p, hostname: _h, ...rest } = FULL;
  assert.equal(pino(FULL), {
    level: 50,
    time: 1771009595545,
    pid: 42,
    hostname: 'host',
    name: 'app.http',
    msg: 'request_complete',
    err: { type: 'TypeError', message: 'x', stack: STACK, code: 'E1', retries: 2 },
    ...rest,
  });
  assert.is(
    createFormat('json', { schema: 'pino' })({ ...PLAIN, pid: 1, hostname: 'h', n: 2 }),
    '{"level":30,"time":1771009595545,"pid":1,"hostname":"h","name":"app.bot","msg":"m","n":2}',
  );
  assert.equal(
    LEVELS.map((level) => pino({ ...PLAIN, level }).level),
    [10, 20, 30, 40, 50, 60],
  );
});

test('pino: an own field never takes a name of the schema, present or not', () => {
  const own = { time: 1, msg: 2, err: 3, err_: 4, name: 5 };
  assert.equal(pino({ ...PLAIN, ...own }), {
    level: 30,
    time: 1771009595545,
    name: 'app.bot',
    msg: 'm',
    time_: 1,
    msg_: 2,
    err_: 3,
    err__: 4,
    name_: 5,
  });
  const exception = { type: 'E', message: 'm', traceback: [], stack: 'own' };
  assert.equal(pino({ ...PLAIN, exception }).err, { type: 'E', message: 'm', stack: 'E: m (stack=own)', stack_: 'own' });
});

test('ecs: dotted names, HTTP fields where ECS has them, the rest as labels', () => {
  assert.equal(ecs(FULL), {
    '@timestamp': '2026-02-13T19:06:35.545Z',
    'log.level': 'error',
    message: 'request_complete',
    'ecs.version': '8.11.0',
    'log.logger': 'app.http',
    'event.action': 'app.http.stop',
    'service.name': 'my_app',
    'service.environment': 'production',
    'service.node.name': 'main',
    'server.port': 8000,
    'host.hostname': 'host',
    'process.pid': 42,
    'process.thread.name': 'main',
    'log.origin.file.name': 'http',
    'log.origin.function': 'answer',
    'log.origin.file.line': 7,
    'http.request.id': 'r1',
    'trace.id': 't1',
    'span.id': 's1',
    'error.id': 'ERR-1',
    'event.duration': 12_500_000,
    'error.type': 'TypeError',
    'error.message': 'x',
    'error.stack_trace': STACK,
    'error.code': 'E1',
    'http.request.method': 'GET',
    'url.path': '/a',
    'http.response.status_code': 500,
    'http.response.body.bytes': 10,
    'client.address': '::1',
    'user_agent.original': 'agent',
    labels: { fingerprint: 'f00', error_type: 'upstream', cached: 'false', nested: '{"a":[1]}', dotted_key: 'd' },
    numeric_labels: { exception_retries: 2, tokens: 3 },
  });
  assert.equal(
    LEVELS.map((level) => ecs({ ...PLAIN, level })['log.level']),
    ['trace', 'debug', 'info', 'warning', 'error', 'critical'],
  );
});

test('ecs: labels of one name stay apart, nothing reaches the root', () => {
  const record = { ...PLAIN, error: 'e', host: 'h', 'a.b': 'dot', a_b: 'line', status: 200, duration_ms: -1 };
  assert.equal(ecs(record).labels, { error: 'e', host: 'h', a_b: 'dot', a_b_: 'line' });
  assert.equal(ecs(record).numeric_labels, { status: 200, duration_ms: -1 });
  assert.equal(Object.keys(ecs(record)), ['@timestamp', 'log.level', 'message', 'ecs.version', 'log.logger', 'labels', 'numeric_labels']);
  assert.is(ecs({ ...PLAIN, error_type: 'timeout' })['error.type'], 'timeout');
  assert.is('event.duration' in ecs({ ...PLAIN, duration_ms: 1e300 }), false);
});

test('ecs: what does not fit the type of a field is a label', () => {
  const record = { ...PLAIN, method: 'GET', path: '/a', status: 200, content_length: '10', ip: 5, user_agent: null };
  assert.equal([ecs(record).labels, ecs(record).numeric_labels], [{ content_length: '10' }, { ip: 5 }]);
  assert.is(ecs({ ...record, status: 200.5 })['http.response.status_code'], undefined);
});

test('ecs: fields nested under a key keep their types there', () => {
  const data = { duration_ms: 5, tokens: 3, nested: { a: [1] } };
  const nested = ecs({ ...PLAIN, data, other: 'x' }, 'data');
  assert.equal([nested.data, nested.labels, nested['event.duration']], [data, { other: 'x' }, 5_000_000]);
  assert.equal(ecs({ ...PLAIN, labels: { tokens: 3, model: 'm' } }, 'labels').labels, { model: 'm' });
  assert.equal(ecs({ ...PLAIN, error: { tokens: 3 } }, 'error').error_, { tokens: 3 });
});

test('otel: the log data model, own fields as attributes with their types', () => {
  assert.equal(otel(FULL), {
    Timestamp: '1771009595545000000',
    SeverityNumber: 17,
    SeverityText: 'ERROR',
    Body: 'request_complete',
    EventName: 'app.http.stop',
    TraceId: 't1',
    SpanId: 's1',
    Resource: {
      'service.name': 'my_app',
      'service.instance.id': 'main',
      'deployment.environment.name': 'production',
      'host.name': 'host',
      'process.pid': 42,
    },
    InstrumentationScope: { Name: 'app.http' },
    Attributes: {
      'code.file.path': 'http',
      'code.function.name': 'answer',
      'code.line.number': 7,
      'thread.name': 'main',
      'server.port': 8000,
      request_id: 'r1',
      error_id: 'ERR-1',
      'error.type': 'upstream',
      fingerprint: 'f00',
      'exception.type': 'TypeError',
      'exception.message': 'x',
      'exception.stacktrace': STACK,
      'exception.code': 'E1',
      'exception.retries': 2,
      'http.request.method': 'GET',
      'url.path': '/a',
      'http.response.status_code': 500,
      'http.response.body.size': 10,
      'client.address': '::1',
      'user_agent.original': 'agent',
      duration_ms: 12.5,
      tokens: 3,
      cached: false,
      nothing: null,
      nested: { a: [1] },
      'dotted.key': 'd',
    },
  });
  assert.equal(
    LEVELS.map((level) => otel({ ...PLAIN, level }).SeverityNumber),
    [1, 5, 9, 13, 17, 21],
  );
  assert.is(otel({ ...PLAIN, timestamp: 'x' }).Timestamp, '0');
});

test('otel: an own field never takes a name of the schema', () => {
  const own = { 'exception.type': 'mine', 'url.path': '/mine', 'code.line.number': 1 };
  assert.equal(otel({ ...PLAIN, line: 7, ...own }).Attributes, {
    'code.line.number': 7,
    'exception.type_': 'mine',
    'url.path_': '/mine',
    'code.line.number_': 1,
  });
});

test('otel: fields of requests have the names of the conventions', () => {
  const server = {
    ...PLAIN,
    event_name: 'http.request.start',
    method: 'GET',
    route: '/a/:id',
    path: '/a/1',
    http_version: '1.1',
    ip: '::1',
  };
  assert.equal(otel(server).Attributes, {
    'http.request.method': 'GET',
    'http.route': '/a/:id',
    'url.path': '/a/1',
    'network.protocol.version': '1.1',
    'client.address': '::1',
  });
  const client = { ...PLAIN, port: 8000, event_name: 'http.client.stop', method: 'GET', path: '/b', host: 'b.example:8443', status: 200 };
  assert.equal(otel(client).Attributes, {
    port: 8000,
    'http.request.method': 'GET',
    'url.path': '/b',
    'server.address': 'b.example',
    'server.port': 8443,
    'http.response.status_code': 200,
  });
});

test('otel: two fields of one attribute both stay', () => {
  const record = { ...PLAIN, method: 'GET', path: '/a', status: 200, responseBytes: 10, content_length: 12 };
  const { 'http.response.body.size': size, content_length } = otel(record).Attributes as Record<string, unknown>;
  assert.equal([size, content_length], [10, 12]);
});

test('otel: fields of generative AI have its names where that is what they are, and contents are left out', () => {
  const fields = {
    model: 'm1',
    sessionId: 's1',
    inputTokens: 12,
    tokens: 20,
    tool: 'grep',
    prompt: 'secret',
    prompt_length: 6,
    result: ['x'],
  };
  assert.equal(otel({ ...PLAIN, event_name: 'coder.llm.response', ...fields }).Attributes, {
    'gen_ai.request.model': 'm1',
    'gen_ai.conversation.id': 's1',
    'gen_ai.usage.input_tokens': 12,
    tokens: 20,
    'gen_ai.tool.name': 'grep',
    prompt_length: 6,
  });
  for (const elsewhere of [{ event_name: 'workshop.tool.used' }, {}]) {
    assert.equal(otel({ ...PLAIN, ...elsewhere, ...fields }).Attributes, fields);
  }
  const content = otelSchema({ ...PLAIN, event_name: 'coder.llm.response', prompt: 'p' }, { content: true });
  assert.equal(content.Attributes, { prompt: 'p' });
});

test('otel: an exception is an event of its operation', () => {
  const nameOf = (event_name: string) => otel({ ...PLAIN, event_name }).EventName;
  assert.equal(['http.request.exception', 'coder.llm.error', 'shop.cart.exception'].map(nameOf), [
    'http.server.request.exception',
    'gen_ai.client.operation.exception',
    'shop.cart.exception',
  ]);
});

test('otel: attributes of the environment describe the program, where the record does not', () => {
  const resource = { 'service.name': 'other', 'deployment.environment.name': 'eu-production', 'service.version': '1', __proto__: 'x' };
  const record = { ...PLAIN, app: 'shop', environment: 'production', hostname: 'h' };
  assert.equal(otelSchema(record, { resource }).Resource, {
    'service.name': 'shop',
    'deployment.environment.name': 'eu-production',
    'service.version': '1',
    'host.name': 'h',
  });
});

test('otel: the line of a log has the attributes of the variables as they are when it begins', () => {
  process.env.OTEL_RESOURCE_ATTRIBUTES = 'service.version=1.2';
  try {
    assert.equal(otel(PLAIN).Resource, { 'service.version': '1.2' });
  } finally {
    delete process.env.OTEL_RESOURCE_ATTRIBUTES;
  }
});

test('names that objects treat specially are names like others', () => {
  const record = JSON.parse(
    '{"timestamp":"","level":"INFO","logger":"l","message":"m","__proto__":{"x":1},"constructor":"c"}',
  ) as LogRecord;
  assert.match(createFormat('json', { schema: 'pino' })(record), '"__proto__":{"x":1},"constructor":"c"}');
  assert.match(createFormat('json', { schema: 'ecs' })(record), '"labels":{"__proto__":"{\\"x\\":1}","constructor":"c"}');
  assert.match(createFormat('json', { schema: 'otel' })(record), '"Attributes":{"__proto__":{"x":1},"constructor":"c"}');
});

test.run();
