import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sign, verifyWebhook } from '../../../../lib/node/alerts/webhook/signature';

const SECRET = 'a secret of 16 or more';
const NOW = 1_700_000_000_500;
const BODY = '{"title":"täxt"}';
const HEADER = sign(BODY, SECRET, NOW);

test('a signature is the time in seconds and HMAC-SHA-256 of time, dot and body', () => {
  const hex = createHmac('sha256', SECRET).update(`1700000000.${BODY}`).digest('hex');
  assert.is(HEADER, `t=1700000000,v1=${hex}`);
});

test('what was signed is verified, as text or bytes', () => {
  assert.ok(verifyWebhook(BODY, HEADER, SECRET, { now: NOW }));
  assert.ok(verifyWebhook(Buffer.from(BODY), HEADER, SECRET, { now: NOW }));
  assert.ok(verifyWebhook(new TextEncoder().encode(BODY), HEADER.replace(',', ' , '), SECRET, { now: NOW }));
});

test('while the secret of a sender is changed, one of several signatures is enough', () => {
  const other = sign(BODY, 'another secret of 16', NOW).split(',')[1]!;
  assert.ok(verifyWebhook(BODY, `${HEADER},${other}`, SECRET, { now: NOW }));
  assert.ok(verifyWebhook(BODY, HEADER.replace(',', `,${other},v2=x,`), SECRET, { now: NOW }));
});

test('a request of another time is not verified: it may be a replay', () => {
  const at = (now: number, toleranceMs?: number): boolean =>
    verifyWebhook(BODY, HEADER, SECRET, { now, ...(toleranceMs !== undefined && { toleranceMs }) });
  const signed = 1_700_000_000_000;
  assert.equal([at(signed + 300_000), at(signed + 300_001), at(signed - 300_000), at(signed - 300_001)], [true, false, true, false]);
  assert.equal([at(signed + 1000, 1000), at(signed + 1001, 1000), at(signed, Number.NaN), at(signed, -1)], [true, false, false, false]);
  // Another time in the header is another signature.
  assert.not(verifyWebhook(BODY, HEADER.replace('t=1700000000', 't=1700000001'), SECRET, { now: NOW }));
  assert.not(verifyWebhook(BODY, `t=1700000001,${HEADER}`, SECRET, { now: NOW }));
  assert.not(verifyWebhook(BODY, HEADER, SECRET));
});

test('garbled headers, missing ones, and missing secrets are not verified, and nothing throws', () => {
  const hex = HEADER.split('v1=')[1]!;
  for (const header of [
    undefined, null, '', 7, [HEADER], 't', 't=,v1=', `v1=${hex}`, 't=1700000000', `t=1700000000,v1=${hex.slice(2)}`, `t=1700000000,v1=${hex}00`, `t=1700000000,v1=${hex.toUpperCase()}`,
    `t=1700000000,v0=${hex}`, `t=1.7e9,v1=${hex}`, `t=+1700000000,v1=${hex}`, `t=9999999999999,v1=${hex}`, `${HEADER}${' '.repeat(1000)}`, `t=1700000000,v1=${'zz'.repeat(32)}`,
  ]) {
    assert.not(verifyWebhook(BODY, header as never, SECRET, { now: NOW }), String(header));
  } // biome-ignore format: a list
  for (const secret of [undefined, '', null, 7]) assert.not(verifyWebhook(BODY, HEADER, secret as never, { now: NOW }));
  for (const body of [undefined, null, {}, 7]) assert.not(verifyWebhook(body as never, HEADER, SECRET, { now: NOW }));
  // A secret that is missing on both sides is none.
  assert.not(verifyWebhook(BODY, sign(BODY, '', NOW), '', { now: NOW }));
});

test('options that are none, or of another kind, throw nothing', () => {
  const header = sign(BODY, SECRET, Date.now());
  for (const none of [undefined, null, {}, { toleranceMs: undefined, now: undefined }])
    assert.ok(verifyWebhook(BODY, header, SECRET, none as never), String(none));
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const thrower = Object.defineProperty({}, 'now', { get: () => assert.unreachable() });
  for (const wrong of [{ now: Symbol('x') }, { now: 5n }, { toleranceMs: Symbol('x') }, { now: 'x' }, revoked.proxy, thrower])
    assert.not(verifyWebhook(BODY, header, SECRET, wrong as never));
  assert.not(verifyWebhook(revoked.proxy as never, header, SECRET));
});

test('property: any body is verified with its secret; no change of it, of the header or of the secret is', () => {
  const change = (text: string, at: number, to: string): string =>
    `${text.slice(0, at % text.length)}${to}${text.slice((at % text.length) + 1)}`;
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }),
      fc.string({ minLength: 1 }),
      fc.nat(),
      fc.constantFrom('0', '1', 'f', ' '),
      (body, secret, at, to) => {
        const header = sign(body, secret, NOW);
        assert.ok(verifyWebhook(body, header, secret, { now: NOW }));
        const [body2, header2, secret2] = [change(body, at, to), change(header, at, to), change(secret, at, to)];
        if (body2 !== body) assert.not(verifyWebhook(body2, header, secret, { now: NOW }));
        // A blank around a part is none of it.
        if (header2 !== header && to !== ' ') assert.not(verifyWebhook(body, header2, secret, { now: NOW }));
        if (secret2 !== secret) assert.not(verifyWebhook(body, header, secret2, { now: NOW }));
      },
    ),
    { numRuns: 2000 },
  );
});

test.run();
