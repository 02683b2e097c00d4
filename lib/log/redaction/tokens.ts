import { ALNUM, BASE64, BEARER, codeAt, HEX, isOf, skip, WORD } from './chars';
import type { Codes } from './codes';
import type { Spans } from './spans';

/** A key known by how it begins. */
interface Shape {
  /** Who issues it. */
  readonly name: string;
  readonly prefixes: readonly string[];
  /** Class of what follows the prefix, and how much of it there must be. */
  readonly body: number;
  readonly min: number;
  /** Nothing of the class may follow after so many. */
  readonly max?: number;
  /** The prefix is an address and stays readable. */
  readonly keepsPrefix?: boolean;
  /** The body must have a digit or a capital, which words joined by dashes have not. */
  readonly isMixed?: boolean;
}

const shape = (name: string, prefixes: string, min: number, body: number = WORD, rest: Partial<Shape> = {}): Shape => ({
  name,
  prefixes: prefixes.split(' '),
  min,
  body,
  ...rest,
});

const SHAPES: readonly Shape[] = [
  shape('AWS access key id', 'AKIA ASIA ABIA ACCA', 16, ALNUM, { max: 16 }),
  shape('GitHub token', 'ghp_ gho_ ghu_ ghs_ ghr_', 20),
  shape('GitHub fine-grained token', 'github_pat_', 20),
  shape('GitLab token', 'glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glimt- glagent-', 16, BEARER),
  shape('Slack token', 'xoxb- xoxp- xoxa- xoxr- xoxs- xoxo- xoxe- xoxe. xoxc- xoxd- xapp-', 11, BEARER),
  shape('Slack webhook', 'hooks.slack.com/services/ hooks.slack.com/workflows/ hooks.slack.com/triggers/', 8, BASE64, {
    keepsPrefix: true,
  }),
  shape('Discord webhook', 'discord.com/api/webhooks/ discordapp.com/api/webhooks/', 16, BASE64, { keepsPrefix: true }),
  shape('Anthropic key', 'sk-ant-', 12),
  shape('OpenAI key', 'sk-proj- sk-svcacct- sk-admin- sk-or-', 12),
  shape('OpenAI-style key', 'sk-', 16, WORD, { isMixed: true }),
  shape('Google API key', 'AIza', 30),
  shape('Google OAuth token', 'ya29.', 16),
  shape('Google OAuth client secret', 'GOCSPX-', 16),
  shape('Google refresh token', '1//0', 20),
  shape('Stripe key', 'sk_live_ sk_test_ rk_live_ rk_test_ whsec_', 10, BASE64),
  shape('npm token', 'npm_', 30, ALNUM),
  shape('PyPI token', 'pypi-AgE', 30),
  shape('SendGrid key', 'SG.', 30, BEARER),
  shape('Twilio key', 'SK', 32, HEX, { max: 32 }),
  shape('Hugging Face token', 'hf_', 20, ALNUM),
  shape('Groq key', 'gsk_', 30, ALNUM),
  shape('xAI key', 'xai-', 30),
  shape('Perplexity key', 'pplx-', 30),
  shape('Replicate token', 'r8_', 30, ALNUM),
  shape('NVIDIA key', 'nvapi-', 30),
  shape('LangSmith key', 'lsv2_pt_ lsv2_sk_', 20),
  shape('Pinecone key', 'pcsk_', 30),
  shape('DigitalOcean token', 'dop_v1_ doo_v1_ dor_v1_', 32, HEX),
  shape('Shopify token', 'shpat_ shpss_ shpca_ shppa_', 24, HEX),
  shape('HashiCorp Vault token', 'hvs. hvb. hvr.', 20),
  shape('Atlassian token', 'ATATT3 ATCTT3', 30, BASE64),
  shape('Databricks token', 'dapi', 32, HEX),
  shape('Doppler token', 'dp.pt. dp.st. dp.ct.', 20, BEARER),
  shape('Pulumi token', 'pul-', 40, HEX),
  shape('Linear key', 'lin_api_ lin_oauth_', 30, ALNUM),
  shape('Notion token', 'ntn_', 30, ALNUM),
  shape('Figma token', 'figd_', 20),
  shape('Sentry token', 'sntrys_ sntryu_', 30, BASE64),
  shape('Tailscale key', 'tskey-', 16),
  shape('Postman key', 'PMAK-', 24),
  shape('Square token', 'sq0atp- sq0csp-', 20),
  shape('age secret key', 'AGE-SECRET-KEY-1', 30, ALNUM),
];

/** The two characters by which tokens begin that are found by more than a prefix: JWTs, and Discord's, whose first part is a number. */
const OTHER_STARTS: readonly string[] = ['ey', 'MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'];

/** Names of the tokens that are known by their shape, for documentation. */
export const TOKEN_NAMES: readonly string[] = [
  'JSON Web Token',
  ...SHAPES.map(({ name }) => name),
  'Telegram bot token',
  'Discord bot token',
];

/** First two characters of every token. */
export const TOKEN_STARTS: readonly string[] = [
  ...new Set([...SHAPES.flatMap(({ prefixes }) => prefixes.map((p) => p.slice(0, 2))), ...OTHER_STARTS]),
];

/** What a prefix begins with: its shape is looked at when all of it stands there. */
interface Candidate {
  readonly prefix: string;
  readonly shape: Shape;
  /** Third and fourth character, and which of the two count: a prefix may have two or three. */
  readonly next: number;
  readonly mask: number;
}

const startOf = (first: number, second: number): number => ((first & 127) << 7) | (second & 127);
/** For each two characters the number of their candidates. */
const GROUPS: Uint8Array = new Uint8Array(1 << 14);
const candidatesOf: Candidate[][] = [[]];
for (const found of SHAPES) {
  for (const prefix of found.prefixes) {
    const start = startOf(prefix.charCodeAt(0), prefix.charCodeAt(1));
    if (GROUPS[start] === 0) GROUPS[start] = candidatesOf.push([]) - 1;
    const third = prefix.charCodeAt(2) || 0;
    const fourth = prefix.charCodeAt(3) || 0;
    const mask = (third === 0 ? 0 : 0xff_ff_00_00 | 0) | (fourth === 0 ? 0 : 0xff_ff);
    candidatesOf[GROUPS[start]!]!.push({ prefix, shape: found, next: (third << 16) | fourth, mask });
  }
}

/**
 * Masks the token that begins at the first character of a word, if one does.
 *
 * @returns Where to go on; the position itself when there is no token.
 */
export function scanToken(text: Codes, at: number, spans: Spans): number {
  const first = codeAt(text, at);
  const group = GROUPS[startOf(first, codeAt(text, at + 1))]!;
  if (group === 0) return first === 101 ? scanJwt(text, at, spans) : scanDiscord(text, at, spans);
  const candidates = candidatesOf[group]!;
  // The next characters first: most words that begin like a token end the matter there.
  const next = (codeAt(text, at + 2) << 16) | codeAt(text, at + 3);
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i]!;
    if ((next & candidate.mask) !== candidate.next) continue;
    const { prefix, shape } = candidate;
    if (prefix.length > 4 && !text.startsWith(prefix, at)) continue;
    const from = at + prefix.length;
    // Before the whole run is read: in `sk-sk-sk-…` each of them would read the rest.
    if (shape.isMixed && !isMixedRun(text, from, spans)) continue;
    const end = trimmed(text, from, skip(text, from, shape.body));
    const size = end - from;
    if (size >= shape.min && size <= (shape.max ?? size)) {
      return spans.add(shape.keepsPrefix ? from : at, end);
    }
  }
  return at;
}

/** A sentence's full stop, or the colon after a token, is not part of it. */
function trimmed(text: Codes, from: number, end: number): number {
  let last = end;
  while (last > from && (codeAt(text, last - 1) === 46 || codeAt(text, last - 1) === 58 || codeAt(text, last - 1) === 47)) last--;
  return last;
}

/** Whether a digit or a capital stands among the first characters of a key. */
function isMixedRun(text: Codes, from: number, spans: Spans): boolean {
  const { units, length } = text;
  const end = from + 20 < length ? from + 20 : length;
  let i = spans.plainUntil > from ? spans.plainUntil : from;
  for (; i < end; i++) {
    const code = units[i]!;
    if (!isOf(code, WORD)) break;
    if (code <= 90 && code !== 45) return true;
  }
  spans.plainUntil = i;
  return false;
}

/** How much of a key is looked at for a digit or a capital. */
const PROBE = 32;

/** Whether there is a digit or a capital letter in a piece of text; looks at its first characters. */
export function isMixed(text: Codes, from: number, end: number): boolean {
  for (let i = from; i < end && i < from + PROBE; i++) {
    const code = codeAt(text, i);
    if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90)) return true;
  }
  return false;
}

/** `eyJ….….…`: two parts are enough, so that a token that was cut is masked, too. */
function scanJwt(text: Codes, at: number, spans: Spans): number {
  if (codeAt(text, at + 2) !== 74) return at;
  const header = skip(text, at, WORD);
  if (header - at < 16 || codeAt(text, header) !== 46) return header;
  let end = header;
  while (codeAt(text, end) === 46 && isOf(codeAt(text, end + 1), WORD)) end = skip(text, end + 1, WORD);
  return end - header < 8 ? end : spans.add(at, end);
}

/** Three parts of 23 to 28, 6 and 27 or more characters, the first a number in base64. */
function scanDiscord(text: Codes, at: number, spans: Spans): number {
  const first = skip(text, at, ALNUM, 29);
  if (first - at < 23 || first - at > 28 || codeAt(text, first) !== 46) return at;
  const second = skip(text, first + 1, WORD, 7);
  if (second - first !== 7 || codeAt(text, second) !== 46) return at;
  const end = skip(text, second + 1, WORD);
  return end - second > 27 ? spans.add(at, end) : at;
}

/**
 * Masks the secret half of a Telegram bot token, `123456789:AA…`, given the position of its colon.
 *
 * @returns Where to go on; the position itself when there is none.
 */
export function scanTelegram(text: Codes, colon: number, spans: Spans): number {
  if (colon < 8) return colon;
  for (let i = colon - 8; i < colon; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return colon;
  }
  const end = skip(text, colon + 1, WORD, 40);
  return end - colon < 33 || end - colon > 40 ? colon : spans.add(colon + 1, end);
}
