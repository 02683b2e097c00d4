import { type } from 'arktype';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { z } from 'zod';
import { createTelemetry, defineEvent, defineEvents, isTelemetryError, type StandardSchema, type Warning } from '../../lib/index';

const vendors = {
  zod: defineEvents('app', {
    x: { a: defineEvent({ schema: { measurements: z.object({ count: z.number() }), metadata: z.object({ id: z.string() }) } }) },
  }),
  valibot: defineEvents('app', {
    x: { a: defineEvent({ schema: { measurements: v.object({ count: v.number() }), metadata: v.object({ id: v.string() }) } }) },
  }),
  arktype: defineEvents('app', {
    x: { a: defineEvent({ schema: { measurements: type({ count: 'number' }), metadata: type({ id: 'string' }) } }) },
  }),
};

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    return error.code;
  }
}

for (const [vendor, events] of Object.entries(vendors)) {
  test(`${vendor}: types come from the schema, a mismatch is told once per event and part, handlers see what was emitted`, () => {
    const warnings: Warning[] = [];
    const telemetry = createTelemetry({
      events: events as typeof vendors.zod,
      environment: 'development',
      onWarning: (warning) => warnings.push(warning),
    });
    const seen: unknown[] = [];
    telemetry.attach('seen', events.x.a, (_event, measurements) => seen.push(measurements));
    telemetry.execute(events.x.a, { count: 1 }, { id: 'x' });
    assert.equal(warnings, []);
    // @ts-expect-error the schema says number
    telemetry.execute(events.x.a, { count: 'one' }, { id: 'x' });
    for (let i = 0; i < 3; i++) telemetry.execute(events.x.a, { count: 1 }, { id: 5 } as never);
    telemetry.execute(events.x.a, null as never, { id: 'x' });
    assert.equal(
      warnings.map(({ code }) => code),
      ['SCHEMA_MISMATCH', 'SCHEMA_MISMATCH'],
    );
    assert.match(warnings[0]!.message, /measurements of app\.x\.a.*count/s);
    assert.match(warnings[1]!.message, /metadata of app\.x\.a.*id/s);
    assert.is(seen.length, 6);
    assert.equal(seen[1], { count: 'one' });
  });

  test(`${vendor}: mode throw throws from the emission, whichever way it comes`, () => {
    const telemetry = createTelemetry({ events: events as typeof vendors.zod, validate: 'throw', environment: 'test' });
    const wrong = { count: 'one' } as never;
    assert.is(
      codeOf(() => telemetry.execute(events.x.a, wrong, { id: 'x' })),
      'SCHEMA_MISMATCH',
    );
    assert.is(
      codeOf(() => telemetry.execute(['app', 'x', 'a'], wrong, { id: 'x' })),
      'SCHEMA_MISMATCH',
    );
    assert.is(
      codeOf(() => telemetry.emitter(events.x.a)(wrong, { id: 'x' })),
      'SCHEMA_MISMATCH',
    );
    assert.is(
      codeOf(() => telemetry.executeWithTelemetry(events.x.a, { id: 5 } as never, () => 1)),
      'SCHEMA_MISMATCH',
    );
    assert.is(
      codeOf(() => telemetry.execute(events.x.a, { count: 1 }, { id: 'x' })),
      undefined,
    );
  });
}

test('validation is off in production and warn elsewhere, unless asked for', () => {
  const events = vendors.zod;
  for (const [environment, validate, expected] of [
    ['production', undefined, 0],
    ['production', 'warn', 1],
    ['production', 'off', 0],
    ['staging', undefined, 1],
    ['development', undefined, 1],
    ['development', 'off', 0],
    ['test', undefined, 1],
  ] as const) {
    const warnings: Warning[] = [];
    const telemetry = createTelemetry({
      events,
      environment,
      ...(validate && { validate }),
      onWarning: (warning) => warnings.push(warning),
    });
    telemetry.execute(events.x.a, {} as never, { id: 'x' });
    assert.is(warnings.length, expected, `${environment} ${validate}`);
  }
});

test('the environment is APP_ENV, else NODE_ENV, else development', () => {
  const { APP_ENV, NODE_ENV } = process.env;
  const refused = () => codeOf(() => createTelemetry({ validate: 'throw' })) === 'OPTION_INVALID';
  try {
    for (const [app, node, expected] of [
      ['test', 'production', false],
      ['production', 'test', true],
      ['', 'test', false],
      ['', '', true],
      ['nonsense', 'test', true],
    ] as const) {
      Object.assign(process.env, { APP_ENV: app, NODE_ENV: node });
      assert.is(refused(), expected, `${app} ${node}`);
    }
  } finally {
    for (const [name, value] of Object.entries({ APP_ENV, NODE_ENV })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
});

test('mode throw is refused outside the test environment, with what to do', () => {
  for (const environment of ['development', 'staging', 'production'] as const) {
    assert.throws(() => createTelemetry({ validate: 'throw', environment }), /outside the test environment.*"warn".*OPTION_INVALID/s);
  }
  assert.is(
    codeOf(() => createTelemetry({ validate: 'sometimes' } as never)),
    'OPTION_INVALID',
  );
  assert.is(
    codeOf(() => createTelemetry({ environment: 'prod' } as never)),
    'OPTION_INVALID',
  );
});

test('a schema that answers asynchronously is refused when it is declared', () => {
  const events = defineEvents('app', {
    x: {
      a: defineEvent({
        schema: {
          metadata: v.objectAsync({
            id: v.pipeAsync(
              v.string(),
              v.checkAsync(async () => false),
            ),
          }),
        },
      }),
    },
  });
  assert.is(
    codeOf(() => createTelemetry({ events, environment: 'test' })),
    'SCHEMA_ASYNC',
  );
  assert.is(
    codeOf(() => createTelemetry({ events, environment: 'production' })),
    undefined,
  );
});

/** A schema written by hand: what others do behind the same door. */
const schema = (validate: StandardSchema['~standard']['validate']): StandardSchema<object> => ({
  '~standard': { version: 1, vendor: 'test', validate },
});

test('a schema that turns asynchronous later is named once and not asked again; in mode throw it throws', async () => {
  let asked = 0;
  const sometimes = schema((value) => {
    asked++;
    return (value as { late?: boolean }).late ? Promise.reject(new Error('never seen')) : {};
  });
  const events = defineEvents('app', { x: { a: defineEvent({ schema: { metadata: sometimes } }) } });
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({ events, environment: 'development', onWarning: (warning) => warnings.push(warning) });
  for (let i = 0; i < 3; i++) telemetry.execute(events.x.a, {}, { late: true });
  assert.equal(
    warnings.map(({ code }) => code),
    ['SCHEMA_ASYNC'],
  );
  assert.match(warnings[0]!.message, /app\.x\.a.*synchronous schema/s);
  assert.is(asked, 2);
  const strict = createTelemetry({ events, validate: 'throw', environment: 'test' });
  assert.is(
    codeOf(() => strict.execute(events.x.a, {}, { late: true })),
    'SCHEMA_ASYNC',
  );
  await new Promise((resolve) => setTimeout(resolve, 5));
});

test('a schema that throws, or says little, is a mismatch', () => {
  const cases: [StandardSchema<object>, RegExp][] = [
    [
      schema(() => {
        throw new Error('broken schema');
      }),
      /broken schema/,
    ],
    [schema(() => ({ issues: [{ message: 'no path' }] })), /no path/],
    [schema(() => ({ issues: [{ message: 'deep', path: ['list', { key: 0 }, Symbol('s')] }] })), /list\.0\.Symbol\(s\): deep/],
  ];
  for (const [metadata, pattern] of cases) {
    const events = defineEvents('app', { x: { a: defineEvent({ schema: { metadata } }) } });
    const telemetry = createTelemetry({ events, validate: 'throw', environment: 'test' });
    assert.throws(() => telemetry.execute(events.x.a, {}, {}), pattern);
  }
});

test('events without a schema are not checked, spans are', () => {
  const events = defineEvents('app', {
    job: { start: defineEvent(), stop: defineEvent({ schema: { measurements: z.object({ duration: z.number(), bytes: z.number() }) } }) },
  });
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({ events, validate: 'warn', onWarning: (warning) => warnings.push(warning) });
  telemetry.measure(events.job, {}, (span) => span.add({ bytes: 1 }));
  assert.equal(warnings, []);
  telemetry.measure(events.job, {}, () => {});
  assert.match(warnings[0]!.message, 'bytes');
});

test.run();
