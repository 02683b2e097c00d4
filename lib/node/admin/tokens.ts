import { createHash, timingSafeEqual } from 'node:crypto';
import { isRecord, optionInvalid } from '../../core/options';
import type { AdminToken } from './admin-options';

/** Whose a token is. */
export type Verified = Omit<AdminToken, 'token'>;

/** Tells whose token it is. */
export type Verify = (given: string) => Verified | undefined;

const MAX_TOKENS = 8;
/** Longer texts are no tokens, and are not read to their end. */
const MAX_TOKEN_CHARS = 512;
const MIN_DISTINCT = 16;
/** Of 64 random hex digits, fewer kinds than these come up less than once in a million times. */
const MIN_DISTINCT_HEX = 10;
const NAME = /^[\w.@-]{1,64}$/;
const ADVICE = 'make one with: openssl rand -base64 32';

/** How many random bytes a token must stand for: nobody but this machine can try those of loopback. */
export type Strength = 'anywhere' | 'loopback';

/**
 * Reads the tokens of the options.
 *
 * @throws {TelemetryError} `OPTION_INVALID`, which never shows a token.
 */
export function readTokens(
  where: string,
  options: { readonly token?: string | undefined; readonly tokens?: readonly AdminToken[] | undefined },
  strength: Strength,
): readonly AdminToken[] {
  const { token, tokens } = options;
  if (token !== undefined && tokens !== undefined) throw optionInvalid(`${where}: token`, HIDDEN, 'either token or tokens, not both');
  if (token !== undefined) return [{ name: 'admin', token: strong(`${where}: token`, token, strength), scope: 'write' }];
  if (tokens === undefined) return [];
  if (!Array.isArray(tokens) || tokens.length === 0 || tokens.length > MAX_TOKENS) {
    throw optionInvalid(
      `${where}: tokens`,
      Array.isArray(tokens) ? `${tokens.length} of them` : typeof tokens,
      `1 to ${MAX_TOKENS} of { name, token, scope }`,
    );
  }
  const names = new Set<string>();
  return tokens.map((given: unknown, at) => {
    const place = `${where}: tokens[${at}]`;
    const { name, token, scope } = isRecord(given) ? given : {};
    if (typeof name !== 'string' || !NAME.test(name) || name === 'anonymous' || names.has(name)) {
      throw optionInvalid(
        `${place}.name`,
        typeof name === 'string' ? 'another text' : typeof name,
        'a name of its own, of letters, digits and . _ @ -, that is not "anonymous"',
      );
    }
    if (scope !== 'read' && scope !== 'write') throw optionInvalid(`${place}.scope`, scope, "'read' or 'write'");
    names.add(name);
    return { name, token: strong(`${place}.token`, token, strength), scope };
  });
}

const HIDDEN = '(not shown)';

function strong(where: string, token: unknown, strength: Strength): string {
  const refuse = (expected: string): Error =>
    optionInvalid(where, typeof token === 'string' ? HIDDEN : typeof token, `${expected}; ${ADVICE}`);
  if (typeof token !== 'string') throw refuse('a text');
  if (token.length > MAX_TOKEN_CHARS || !/^[\x21-\x2b\x2d-\x7e]*$/.test(token))
    // A comma joins headers that were sent twice.
    throw refuse(`at most ${MAX_TOKEN_CHARS} printable ASCII characters without spaces, commas or line ends`);
  if (strength === 'loopback') {
    if (token.length < 16) throw refuse('at least 16 characters');
    return token;
  }
  if (!isRandomEnough(token))
    throw refuse('at least 32 random bytes: 32 characters or more, of hex digits 64, that neither repeat nor count up');
  return token;
}

/** Whether a text may stand for 32 random bytes. What is guessable may look random: this only finds what is plainly not. */
function isRandomEnough(token: string): boolean {
  const isHex = /^[0-9a-f]+$/i.test(token);
  if (token.length < (isHex ? 64 : 32)) return false;
  if (new Set(token).size < (isHex ? MIN_DISTINCT_HEX : MIN_DISTINCT)) return false;
  for (let period = 1; period <= token.length / 2; period++) if (token.slice(period) === token.slice(0, -period)) return false;
  let steady = 0;
  for (let at = 2; at < token.length; at++) {
    const step = token.charCodeAt(at) - token.charCodeAt(at - 1);
    if (step === token.charCodeAt(at - 1) - token.charCodeAt(at - 2)) steady++;
  }
  return steady < token.length / 4;
}

/**
 * Makes what verifies a token: the SHA-256 digests of the one that is given and of each there is are compared, always all of them and
 * to their ends, so the time says nothing about how much of it was right.
 *
 * Cost: some microseconds.
 */
export function createVerify(tokens: readonly AdminToken[]): Verify {
  const known = tokens.map(({ name, token, scope }) => ({ actor: { name, scope }, digest: digestOf(token) }));
  return (given) => {
    const digest = digestOf(given.slice(0, MAX_TOKEN_CHARS + 1));
    let found: Verified | undefined;
    for (const { actor, digest: one } of known) if (timingSafeEqual(one, digest)) found = actor;
    return found;
  };
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest();
