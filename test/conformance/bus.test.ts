import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as source from '../../lib/core/index';
import type * as api from '../../lib/index';
import { busConformance } from './bus';

const root = new URL('../../', import.meta.url);
if (!existsSync(new URL('dist/index.js', root))) throw new Error('dist is missing: npm run build first');

const esm = (await import(new URL('dist/index.js', root).href)) as typeof api;
const cjs = createRequire(import.meta.url)('../../dist/index.cjs') as typeof api;

busConformance('source', source);
busConformance('the built ESM', esm);
busConformance('the built CJS', cjs);
busConformance('the built core, ESM', (await import(new URL('dist/core/index.js', root).href)) as typeof source);
busConformance('the built core, CJS', createRequire(import.meta.url)('../../dist/core/index.cjs') as typeof source);
busConformance('both builds: bus of ESM, definitions of CJS', { ...esm, defineEvent: cjs.defineEvent, defineEvents: cjs.defineEvents });

test('the default bus is one, when ESM and CJS are both loaded', () => {
  assert.is(esm.telemetry, cjs.telemetry);
  const seen: string[] = [];
  const handle = cjs.telemetry.attach('seen', ['app', 'part', 'a'], ([, , action]) => seen.push(action));
  esm.telemetry.execute(['app', 'part', 'a']);
  handle.detach();
  assert.equal(seen, ['a']);
});

test('copies recognise each other by brand, not by class', () => {
  try {
    cjs.createTelemetry({ validate: 'maybe' } as never);
    assert.unreachable();
  } catch (error) {
    assert.is(error instanceof esm.TelemetryError, false);
    assert.ok(esm.isTelemetryError(error));
  }
  for (const value of [null, undefined, 5, {}, new Error('x')]) assert.is(esm.isTelemetryError(value), false);
});

test.run();
