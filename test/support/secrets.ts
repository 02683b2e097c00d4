/**
 * Generators for the tests and benchmarks of redaction: records with secrets in all places they are put in practice,
 * records without any, and texts on which careless scanners take long.
 */

/** A seeded source of random numbers from 0 to 1 (mulberry32): the same seed gives the same records. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const ALNUM = `${LOWER}${LOWER.toUpperCase()}0123456789`;
const HEX = '0123456789abcdef';

function chars(random: Random, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += pick(random, [...alphabet]);
  return text;
}

/** A secret without blanks, with a digit and a capital, so that no benign text equals it. */
const opaque = (random: Random): string => `Q7${chars(random, ALNUM, 10 + Math.floor(random() * 20))}`;
const withMarks = (random: Random): string => `Q7${chars(random, `${ALNUM}!#$*+-._~@^`, 12)}z`;

/** Names of secrets in words. */
const SECRET_NAMES: readonly string[] = [
  'password', 'passwd', 'pwd', 'passphrase', 'secret', 'token', 'api key', 'access key', 'private key', 'authorization', 'proxy authorization',
  'cookie', 'set cookie', 'credentials', 'jwt', 'otp', 'cvv', 'ssn', 'card number', 'client secret', 'access token', 'refresh token', 'x api key',
  'x admin token', 'session token', 'database url', 'connection string', 'webhook url', 'db password', 'user password', 'auth', 'signing key',
]; // biome-ignore format: one per line would be a screen

/** Spells a name of several words as programs do. */
function spell(random: Random, name: string): string {
  const words = name.split(' ');
  const capital = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
  const spelled = pick(random, [
    () => words.join('_'),
    () => words.join('-'),
    () => words.join('.'),
    () => words.join('_').toUpperCase(),
    () => words.map(capital).join('-'),
    () => words[0] + words.slice(1).map(capital).join(''),
    () => words.map(capital).join(''),
    () => words.join('').toLowerCase(),
    () => [...words.join('_')].map((c, i) => (i % 2 ? c.toUpperCase() : c)).join(''),
  ])();
  if (random() > 0.1) return spelled;
  return pick(random, [
    () => [...spelled].map((c) => (/[!-~]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)).join(''),
    () => `${spelled.slice(0, 2)}\u200b${spelled.slice(2)}`,
    () => `%${spelled.charCodeAt(0).toString(16)}${spelled.slice(1)}`,
    () => `\\u00${spelled.charCodeAt(0).toString(16)}${spelled.slice(1)}`,
  ])();
}

/** A valid card number of an issuer. */
function cardNumber(random: Random): string {
  const [prefix, length] = pick(random, [['4', 16], ['5412', 16], ['37', 15], ['6011', 16], ['3530', 16], ['36', 14], ['6212', 16]] as const); // biome-ignore format: pairs
  const digits = prefix + chars(random, '0123456789', length - prefix.length - 1);
  for (let check = 0; check < 10; check++) if (isLuhn(digits + check)) return digits + check;
  return '4111111111111111';
}

const isLuhn = (digits: string): boolean =>
  [...digits].reverse().reduce((sum, digit, i) => sum + (i % 2 === 0 ? +digit : +digit > 4 ? +digit * 2 - 9 : +digit * 2), 0) % 10 === 0;

/** A secret that is known by its shape in any text, and how it is written there. */
function shapedSecret(random: Random): { readonly text: string; readonly secret: string } {
  const body = (length: number, alphabet: string = ALNUM): string => `Q7${chars(random, alphabet, length - 2)}`;
  const whole = (text: string): { text: string; secret: string } => ({ text, secret: text });
  const after = (prefix: string, secret: string): { text: string; secret: string } => ({ text: prefix + secret, secret });
  return pick(random, [
    () => after('Bearer ', body(24)),
    () => after('bearer ', `${body(8)}.${body(10)}`),
    () => after('Basic ', btoa(`user:${body(9)}`)),
    () => whole(`eyJ${body(20)}.eyJ${body(30)}.${body(20)}`),
    () => after('-----BEGIN RSA PRIVATE KEY-----\n', `${body(64)}\n${body(64)}`),
    () => after('-----BEGIN PRIVATE KEY-----\\n', body(64)),
    () => whole(`AKIA${chars(random, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`),
    () => after('aws_secret_access_key = ', body(40)),
    () => whole(pick(random, ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_']) + body(36)),
    () => whole(`github_pat_${body(22)}_${body(59)}`),
    () => whole(`glpat-${body(20)}`),
    () => whole(`xoxb-${chars(random, '0123456789', 12)}-${body(24)}`),
    () => after('https://hooks.slack.com/services/', `T${body(8)}/B${body(8)}/${body(24)}`),
    () => whole(`sk-${body(48)}`),
    () => whole(`sk-proj-${body(48)}`),
    () => whole(`sk-ant-api03-${body(60)}`),
    () => whole(`AIza${body(35)}`),
    () => whole(`ya29.${body(60)}`),
    () => whole(`sk_live_${body(24)}`),
    () => whole(`whsec_${body(32)}`),
    () => whole(`npm_${body(36)}`),
    () => whole(`SG.${body(22)}.${body(43)}`),
    () => whole(`SK${chars(random, HEX, 32)}`),
    () => whole(`hf_${body(34)}`),
    () => whole(`dop_v1_${chars(random, HEX, 64)}`),
    () => after('DefaultEndpointsProtocol=https;AccountName=a;AccountKey=', `${body(86)}==`),
    () => after('https://a.blob.core.windows.net/c?sv=2024&sig=', body(43)),
    () => after('123456789:', `AA${body(33)}`),
    () => whole(`MT${chars(random, ALNUM, 22)}.${chars(random, ALNUM, 6)}.${body(28)}`),
    () => whole(cardNumber(random)),
    () => whole(cardNumber(random).replace(/(\d{4})(?=\d)/g, '$1 ')),
    () => whole(cardNumber(random).replace(/(\d{4})(?=\d)/g, '$1-')),
    () => {
      const secret = body(14);
      return { secret, text: `postgres://app:${secret}@db.local:5432/main` };
    },
  ])();
}

/** A pair with a secret name inside text. */
function pairText(random: Random, secret: string): string {
  const name = spell(
    random,
    pick(
      random,
      SECRET_NAMES.filter((known) => known !== 'auth'),
    ),
  );
  return pick(random, [
    () => `${name}=${secret}`,
    () => `GET /v1/items?page=2&${name}=${secret}&limit=10`,
    () => `request failed: ${name}: ${secret}`,
    () => `{"user":"ann","${name}":"${secret}","page":2}`,
    () => JSON.stringify(JSON.stringify({ [name]: secret, ok: true })),
    () => `${name}='${secret} and more'`,
    () => `connect with ${name} = "${secret}" failed`,
    () => `host=db;${name}=${secret};port=5432`,
    () => `Host: a\nAuthorization: Bearer ${secret}\nAccept: */*`,
    () => `Cookie: theme=dark; id=${secret}`,
    () => `run --${/^[\w-]+$/.test(name) ? name : 'password'}=${secret} --verbose`,
    () => `<password>${secret}</password>`,
  ])();
}

/** A value, most often nested, that holds a secret where a log writer must find it. */
function hide(random: Random, secrets: string[], depth: number): [key: string, value: unknown] {
  const plainKey = (): string =>
    `${pick(random, ['data', 'item', 'request', 'info', 'note', 'body', 'detail'])}${Math.floor(random() * 1000)}`;
  const secret = random() < 0.5 ? opaque(random) : withMarks(random);
  const found = (field: [string, unknown]): [string, unknown] => {
    secrets.push(secret);
    return field;
  };
  const ways: (() => [string, unknown])[] = [
    () => found([spell(random, pick(random, SECRET_NAMES)), secret]),
    () => found([spell(random, pick(random, SECRET_NAMES)), [secret, { inner: secret }]]),
    () => found([spell(random, pick(random, SECRET_NAMES)), { value: secret }]),
    () => found([plainKey(), new Map([[spell(random, pick(random, SECRET_NAMES)), secret]])]),
    () => found([plainKey(), Object.assign(new Error('failed'), { [spell(random, pick(random, SECRET_NAMES))]: secret })]),
    () => {
      const safe = opaque(random);
      secrets.push(safe);
      return [
        plainKey(),
        pick(random, [(text: string) => text, (text: string) => new Error(text), (text: string) => [text]])(pairText(random, safe)),
      ];
    },
    () => {
      const { text, secret: shaped } = shapedSecret(random);
      secrets.push(shaped);
      return [
        plainKey(),
        pick(random, [
          (t: string) => t,
          (t: string) => `called with ${t} and failed`,
          (t: string) => new Error(`no: ${t}`),
          (t: string) => [t, 1],
        ])(text),
      ];
    },
    () => found(['rawHeaders', ['Host', 'a.example', 'Authorization', `Bearer ${secret}`, 'Cookie', `id=${secret}`]]),
    () =>
      found([
        'headers',
        [
          ['host', 'a.example'],
          ['authorization', `Bearer ${secret}`],
        ],
      ]),
    () => found(['headers', [{ name: 'X-Api-Key', value: secret }]]),
  ];
  if (depth > 0 && random() < 0.6) {
    const [key, value] = hide(random, secrets, depth - 1);
    const inner = { ...benignFields(random), [key]: value };
    return [plainKey(), pick(random, [() => inner, () => [inner], () => new Map([['inner', inner]]), () => new Set([inner])])()];
  }
  return pick(random, ways)();
}

/** A random nested record, and the secrets of which none may be in what is written. */
export function secretRecord(random: Random): { record: unknown; secrets: string[] } {
  const secrets: string[] = [];
  const record: Record<string, unknown> = benignFields(random);
  for (let i = 0; i <= random() * 3; i++) {
    const [key, value] = hide(random, secrets, 4);
    record[key] = value;
  }
  return { record, secrets };
}

const BENIGN: readonly (readonly [key: string, make: (random: Random) => unknown])[] = [
  ['tokens', (random) => Math.floor(random() * 4000)], ['max_tokens', () => 4096], ['inputTokens', (random) => Math.floor(random() * 999)],
  ['token_count', () => 17], ['tokens_enabled', () => true], ['total_tokens', () => 812], ['tokenizer', () => 'cl100k_base'], ['keyboard', () => 'qwerty'],
  ['key', () => 'user:1:profile'], ['primary_key', () => 'id'], ['publicKey', () => 'ssh-ed25519'], ['cache_key', (random) => `page:${chars(random, HEX, 16)}`],
  ['author', () => 'Ann Author'], ['session_count', () => 3], ['secretary', () => 'Bob'], ['passed', () => 12], ['pass_rate', () => 0.98], ['compass', () => 'north'],
  ['cookie_count', () => 2], ['password_length', () => 12], ['has_token', () => true], ['model', () => 'claude-opus-4'], ['status', () => 'ok'],
  ['method', () => 'POST'], ['path', () => '/v1/chat/completions?stream=true&limit=10'], ['ip', () => '127.0.0.1:8080'],
  ['id', (random) => [8, 4, 4, 4, 12].map((n) => chars(random, HEX, n)).join('-')], ['trace_id', (random) => chars(random, HEX, 32)],
  ['at', (random) => new Date(1.7e12 + random() * 1e11).toISOString()], ['epoch', (random) => String(Math.floor(1.7e12 + random() * 1e11))],
  ['agent', () => 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'],
  ['message', () => 'Unexpected token: } in JSON at position 12'], ['prompt', () => 'Please write a function that counts tokens in a text: be brief'],
  ['error', () => 'password authentication failed for user "app"'], ['usage', (random) => `max_tokens=100 input_tokens: ${Math.floor(random() * 999)}`],
  ['url', () => 'https://example.com:8443/a/b?page=2&sort=name#top'], ['json', () => '{"tokens":12,"model":"m","ok":true}'], ['git', () => 'git@github.com:a/b.git'],
  ['text', () => 'The bearer of this letter has basic knowledge'], ['order', (random) => `1${chars(random, '0123456789', 15)}`], ['sha', (random) => chars(random, HEX, 40)],
  ['duration_ms', (random) => random() * 1000], ['stop_token', () => '<end>'], ['time_to_first_token', () => 120], ['signature', () => 'run(a: string): void'],
]; // biome-ignore format: a table

function benignFields(random: Random): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let i = 0; i < 4; i++) {
    const [key, make] = pick(random, BENIGN);
    fields[key] = make(random);
  }
  return fields;
}

/** A random nested record without a secret: it must be written as it is. */
export function benignRecord(random: Random): unknown {
  const record = benignFields(random);
  if (random() < 0.5) record.nested = { ...benignFields(random), list: [benignFields(random), 'plain', 12] };
  return record;
}

/** Pieces that, repeated, make scanners look far, look often, or find much. */
const REPEATED: readonly string[] = [
  'a', ' ', '=', ':', '-', '"', '\\', '%', '<', '{', '4', 'a=', 'a:', 'pas=', 'password=', 'password=x&', 'password:', 'password: "', 'password=,', '"password":"x",',
  '"password":{', '"password":"\\', '\\"', 'x://', 'x://a:b/', 'x://a:b@c/', 'x://a@', 'Bearer ', 'Bearer-', 'bearer a ', 'Basic YTpi ', 'Basic AAAA/', 'eyJ', 'eyJ-', 'eyJaaaaaaaaaaaaaaaa.',
  'sk-', 'MT-', 'AKIA ', 'ghp_', 'xoxb-', '-----BEGIN ', '-----BEGIN A-----', '4444 ', '4111 1111 1111 1111 ', '4111111111111111 ', '%70', '\\u0070', 'ｐ', 'api key ', '<password ',
  '<password>', '--password ', 'authorization: ', 'authorization: a b=c ', 'Cookie: a;', '1:AA', '12345678:', 'session_id=abcdefghi ', 'token token: ', 'a_b-c.d', '\u200b', '],', "'",
]; // biome-ignore format: a table

/** At least 50 texts of a length that are hard on scanners; the same for the same length. */
export function adversarialTexts(length: number): string[] {
  const random = mulberry32(length);
  const texts = REPEATED.map((piece) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length));
  const mixes = Array.from({ length: 6 }, () => {
    let text = '';
    while (text.length < length) text += pick(random, REPEATED);
    return text.slice(0, length);
  });
  return [
    ...texts,
    ...mixes,
    chars(random, ALNUM, 97)
      .repeat(Math.ceil(length / 97))
      .slice(0, length),
    `password="${'x'.repeat(length - 10)}`,
    `${'a'.repeat(length - 1)}=`,
  ];
}
