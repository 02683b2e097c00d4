/**
 * Whether the time of a refusal tells how much of a token was right: refusals of tokens whose first byte is wrong beside those whose last
 * byte is. The difference should drown in noise; the code compares digests, which this only confirms.
 */
import { randomBytes } from 'node:crypto';
import { createTelemetry, dist } from './library.mjs';
import { median, report } from './measure.mjs';

/** @type {typeof import('../../lib/node/admin/index')} */
const { createAdmin } = await import(`${dist}/node/admin/index.js`);

const PAIRS = 20_000;
const ROUNDS = 5;
const token = randomBytes(32).toString('base64url');
const changed = (/** @type {string} */ character) => (character === 'A' ? 'B' : 'A');
const first = `${changed(token.charAt(0))}${token.slice(1)}`;
const last = `${token.slice(0, -1)}${changed(token.at(-1) ?? '')}`;
const admin = createAdmin(createTelemetry({ log: { sinks: [], level: 'silent' } }), { token });

let address = 0;
/** From another address each time: one that is refused ten times is refused unread. */
async function refuse(/** @type {string} */ wrong) {
  address++;
  const peer = `10.${(address >> 16) & 255}.${(address >> 8) & 255}.${address & 255}`;
  const request = new Request('http://localhost/admin/levels', { headers: { host: 'localhost', authorization: `Bearer ${wrong}` } });
  const begin = performance.now();
  const { status } = await admin.fetch(request, { peer });
  const took = performance.now() - begin;
  if (status !== 401) throw new Error(`The answer was ${status}`);
  return took;
}

const differences = [];
for (let round = -1; round < ROUNDS; round++) {
  const times = { first: /** @type {number[]} */ ([]), last: /** @type {number[]} */ ([]) };
  for (let pair = 0; pair < PAIRS; pair++) {
    // Who goes first alternates: what the one leaves in a cache serves the other.
    for (const which of pair % 2 === 0 ? /** @type {const} */ (['first', 'last']) : /** @type {const} */ (['last', 'first'])) {
      times[which].push(await refuse(which === 'first' ? first : last));
    }
  }
  if (round >= 0) differences.push(median(times.first) / median(times.last) - 1);
}
const difference = median(differences) * 100;
report(
  [
    {
      path: `refusing an admin token: first byte wrong beside last byte wrong, medians of ${PAIRS.toLocaleString('en')} each`,
      ours: `${difference.toFixed(2)} % apart`,
      peer: '',
      ratio: '',
      promise: '< 1 %',
      kept: Math.abs(difference) < 1,
    },
  ],
  { heard: false },
);
