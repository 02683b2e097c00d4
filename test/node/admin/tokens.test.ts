import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry, isTelemetryError } from '../../../lib/index';
import { createAdmin } from '../../../lib/node/admin/admin';
import type { AdminOptions } from '../../../lib/node/admin/admin-options';
import { createVerify, readTokens } from '../../../lib/node/admin/tokens';
import { READ_TOKEN, TOKENS, WRITE_TOKEN } from '../../support/admin/tokens';

const LONG = process.env.FAULTS === 'long';

function refusalOf(options: unknown): string {
  try {
    createAdmin(createTelemetry({ environment: 'test' }), options as AdminOptions).close();
  } catch (error) {
    assert.ok(isTelemetryError(error), String(error));
    return error.message;
  }
  throw new Error('expected a refusal');
}

test('tokens as openssl makes them are taken', () => {
  for (let round = 0; round < 200; round++) {
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      const token = randomBytes(32).toString(encoding);
      assert.is(readTokens('createAdmin', { token }, 'anywhere')[0]?.token, token);
    }
  }
});

test('what no 32 random bytes can be is refused, with the command that makes them, and never shown', () => {
  const weak = [
    'x'.repeat(64),
    'changeme-changeme-changeme-changeme',
    'short',
    randomBytes(16).toString('hex'),
    'abcdefghijklmnopqrstuvwxyz0123456789',
    'Ab3-Cd6_Ef9.Gh2!Ab3-Cd6_Ef9.Gh2!',
    `${WRITE_TOKEN}\n`,
    `${WRITE_TOKEN} `,
    `${WRITE_TOKEN}é`,
    `${WRITE_TOKEN},${WRITE_TOKEN.slice(0, 4)}`,
    `${WRITE_TOKEN}`.repeat(20),
  ];
  for (const token of weak) {
    for (const options of [{ token }, { tokens: [{ name: 'a', token, scope: 'read' }] }]) {
      const message = refusalOf(options);
      assert.match(message, 'openssl rand -base64 32');
      assert.not.match(message, token);
    }
  }
  assert.match(refusalOf({}), 'openssl rand -base64 32');
  assert.match(refusalOf({ token: 7 }), 'OPTION_INVALID');
});

test('each character that a token may have gets through the headers, and a comma is refused by name', async () => {
  assert.match(refusalOf({ token: `${WRITE_TOKEN},x` }), 'commas');
  const characters = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).filter((one) => one !== ',');
  for (const one of characters) {
    const token = `${one}${WRITE_TOKEN}${one}`;
    const admin = createAdmin(createTelemetry({ environment: 'test' }), { token });
    for (const headers of [{ 'x-admin-token': token }, { authorization: `Bearer ${token}` }] as readonly Record<string, string>[]) {
      const { status } = await admin.fetch(new Request('http://localhost/admin/openapi.json', { headers }), { peer: '127.0.0.1' });
      assert.is(status, 200, one);
    }
    admin.close();
  }
});

test('names, scopes and the number of tokens are checked', () => {
  const one = { name: 'a', token: WRITE_TOKEN, scope: 'read' };
  for (const tokens of [
    [],
    [one, one],
    [{ ...one, name: 'anonymous' }],
    [{ ...one, name: 'a b' }],
    [{ ...one, scope: 'all' }],
    [null],
    'x',
    Array(9).fill(one),
  ]) {
    const message = refusalOf({ tokens });
    assert.match(message, 'OPTION_INVALID');
    assert.not.match(message, WRITE_TOKEN);
  }
  assert.match(refusalOf({ token: WRITE_TOKEN, tokens: [one] }), 'not both');
  assert.match(refusalOf({ token: WRITE_TOKEN, tokn: 1 }), 'OPTION_UNKNOWN');
});

test('a token is verified by all of its characters, and says whose it is', () => {
  const verify = createVerify(TOKENS);
  assert.equal(verify(WRITE_TOKEN), { name: 'operator', scope: 'write' });
  assert.equal(verify(READ_TOKEN), { name: 'viewer', scope: 'read' });
  for (const wrong of [
    '',
    WRITE_TOKEN.slice(1),
    WRITE_TOKEN.slice(0, -1),
    `${WRITE_TOKEN}x`,
    WRITE_TOKEN.toLowerCase(),
    WRITE_TOKEN + READ_TOKEN,
  ]) {
    assert.is(verify(wrong), undefined);
  }
});

test(`none of ${LONG ? '1,000,000' : '100,000'} wrong tokens is accepted`, () => {
  const verify = createVerify(TOKENS);
  let accepted = 0;
  for (let round = 0; round < (LONG ? 1_000_000 : 100_000); round++) {
    const place = round % WRITE_TOKEN.length;
    const near = `${WRITE_TOKEN.slice(0, place)}${WRITE_TOKEN[place] === 'A' ? 'B' : 'A'}${WRITE_TOKEN.slice(place + 1)}`;
    if (verify(round % 2 === 0 ? near : randomBytes(32).toString('base64url')) !== undefined) accepted++;
  }
  assert.is(accepted, 0);
});

test.run();
