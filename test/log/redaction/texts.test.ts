import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Codes } from '../../../lib/log/redaction/codes';
import { KeyReader } from '../../../lib/log/redaction/key-reader';
import { judgeKey } from '../../../lib/log/redaction/keys';
import { decodeOnce } from '../../../lib/log/redaction/normalise';
import { createRedactor } from '../../../lib/log/redaction/redactor';
import { scanText } from '../../../lib/log/redaction/scan';
import { Spans } from '../../../lib/log/redaction/spans';

const redactor = createRedactor();
const A = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF3hJ5';
const HEX = '0123456789abcdef0123456789abcdef';

const MASKED: readonly (readonly [text: string, expected: string])[] = [
  // Schemes and blocks.
  [`got Bearer ${A} there`, 'got Bearer *** there'],
  ['BEARER abc12345', 'BEARER ***'],
  ['with Basic dXNlcjpwYXNz.', 'with Basic ***.'],
  ['x -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- y', 'x -----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY----- y'],
  ['-----BEGIN PRIVATE KEY-----\nMIIE', '-----BEGIN PRIVATE KEY-----***'],
  // Tokens.
  ['t eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcDEF_123 x', 't *** x'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0', '***'],
  ['id AKIAIOSFODNN7EXAMPLE ok', 'id *** ok'],
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'xoxb-', 'xoxp-', 'sk-', 'sk-proj-', 'sk-ant-api03-', 'AIza', 'ya29.', '1//0', 'sk_live_', 'rk_live_', 'whsec_', 'npm_', 'hf_', 'GOCSPX-', 'gsk_', 'hvs.'].map((p) => [`(${p}${A})`, '(***)'] as const),
  [`SG.${A.slice(0, 22)}.${A}`, '***'],
  [`SK${HEX}`, '***'],
  [`dop_v1_${HEX}${HEX}`, '***'],
  ['https://hooks.slack.com/services/T000/B000/XXXX end', 'https://hooks.slack.com/services/*** end'],
  ['/bot123456789:AAabcdefghijklmnopqrstuvwxyz0123456/send', '/bot123456789:***/send'],
  ['MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs0', '***'],
  ['whsec_ab/cd+ef/gh12/34ij', '***'],
  // URLs.
  ['postgres://user:p@ss@host/db', 'postgres://user:***@host/db'],
  ['redis://:pw@h:6379', 'redis://:***@h:6379'],
  ['mongodb://u:p/ss@h/db', 'mongodb://u:***@h/db'],
  ['https://abcdef0123456789abcdef@o1.ingest.sentry.io/1', 'https://***@o1.ingest.sentry.io/1'],
  [`https://ghp_${A}:x-oauth-basic@github.com/`, 'https://***:***@github.com/'],
  ['GET /?token=abc&x=1 HTTP', 'GET /?token=***&x=1 HTTP'],
  ['https://x.blob/y?sv=1&sig=abc%2Fdef&x=1', 'https://x.blob/y?sv=1&sig=***&x=1'],
  ['/callback?code=abc123&state=x', '/callback?code=***&state=x'],
  // Pairs.
  ['pw=x', 'pw=***'],
  ['AccountKey=abc/def+ghi==;EndpointSuffix=core', 'AccountKey=***;EndpointSuffix=core'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7', 'aws_secret_access_key = ***'],
  ['{"password":"x y","a":1}', '{"password":"***","a":1}'],
  ['{"password":"x\\"y\\\\","a":1}', '{"password":"***","a":1}'],
  ['{"password":123,"x":1}', '{"password":***,"x":1}'],
  ['{\\"password\\":\\"x\\\\\\"y\\",\\"a\\":1}', '{\\"password\\":\\"***\\",\\"a\\":1}'],
  [JSON.stringify(JSON.stringify({ b: JSON.stringify({ password: 'x' }) })), JSON.stringify(JSON.stringify({ b: JSON.stringify({ password: '***' }) }))],
  ['{"credentials":{"user":"a","pass":"b}"},"z":1}', '{"credentials":***,"z":1}'],
  ['{"auth":["a","b"],"c":1}', '{"auth":***,"c":1}'],
  ["password='two words' z", "password='***' z"],
  ['password: "unterminated, to the end', 'password: "***'],
  ['password=a,b!c&d, user=x', 'password=***, user=x'],
  ['(token=abc)', '(token=***)'],
  ['password => x', 'password => ***'],
  ['user[password]=x&b=c', 'user[password]=***&b=c'],
  ["headers['authorization'] = 'Bearer x'", "headers['authorization'] = 'Bearer ***'"],
  ['API key: abcd', 'API key: ***'],
  ['your card number: 1', 'your card number: ***'],
  ['max_tokens: 100, token: x', 'max_tokens: 100, token: ***'],
  ['--password hunter2 --verbose', '--password *** --verbose'],
  ['--api-key=abc', '--api-key=***'],
  ['<password type="a">x</password>', '<password type="a">***</password>'],
  // Headers.
  ['Authorization: Bearer xyz', 'Authorization: Bearer ***'],
  ['Authorization: Digest username="a", response="b"\nHost: x', 'Authorization: Digest ***\nHost: x'],
  ['Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b\nHost: x', 'Authorization: ***\nHost: x'],
  ['Cookie: a=b; c=d\r\nHost: y', 'Cookie: ***\r\nHost: y'],
  ['curl -H \'Cookie: a=b; c=d\' -H "Authorization: token abc" http://x', 'curl -H \'Cookie: ***\' -H "Authorization: token ***" http://x'],
  // Cards.
  ['card 4111 1111 1111 1111 2024 ok', 'card *** 2024 ok'],
  ['paid 4111-1111-1111-1111.', 'paid ***.'],
  ...['4111111111111111', '4222222222222', '5555555555554444', '2223003122003222', '378282246310005', '6011111111111117', '3530111333300000', '30569309025904', '6200000000000005', '3782 822463 10005'].map((card) => [`n ${card} n`, 'n *** n'] as const),
  // Encoded once.
  ['pass%77ord=x%41b&y=1', 'pass%77ord=***&y=1'],
  ['password%3Dhunter2%26a%3Db', 'password%3D***%26a%3Db'],
  ['\\u0070assword=x', '\\u0070assword=***'],
  ['ｐａｓｓｗｏｒｄ＝secret yes', 'ｐａｓｓｗｏｒｄ＝*** yes'],
  ['pass\u200bword: x', 'pass\u200bword: ***'],
  [`Bearer%20${A}`, 'Bearer%20***'],
  // Session ids.
  ['session_id=abcdefghijkl', 'session_id=abcdefgh***'],
  ['{"sessionId":"abcdefghijkl"}', '{"sessionId":"abcdefgh***"}'],
  ['session id: abcdefghijkl', 'session id: abcdefgh***'],
]; // biome-ignore format: a table

const KEPT: readonly string[] = [
  'ok', '', 'POST', 's-4821', 'claude-opus-4', '/v1/chat/completions', '127.0.0.1', '127.0.0.1:8080', '550e8400-e29b-41d4-a716-446655440000', HEX, `${HEX}${HEX}`,
  'bearer token missing', 'Bearer authentication failed', 'Basic information about it', 'Basic auth', 'The request was handled without errors',
  '-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----', '--------------', 'http://localhost:3000/a@b', 'ssh://git@github.com/x', 'git@github.com:a/b.git',
  '4111111111111112', '1700000000000', '0.4111111111111111', 'a4111111111111111', '4111111111111111a', '41111111111111110000', '1234567812345670', '45 32 01 51 12 83 03 66',
  '2024-01-15T10:00:00.000Z', 'at 10:00:00', 'key: value', 'author=me', 'Unexpected token: }', 'invalid password: required', 'password: string', 'max_tokens=100', 'Token::new',
  'at load (/app/lib/auth.ts:12:34)',
  'src/token.js:7',
  'error: password authentication failed for user "x"', 'Password: ', 'password=', 'password=***', '{"password":null,"x":1}', 'Authorization: required', '<a>', '<keyboard>x</keyboard>',
  'sk-learn-something-like-this',
  'sk-learn-some-things is a name',
  '6000000000000007', 'task-force', 'eyJhbGciOiJIUzI1NiJ9', 'session_id=abcdefgh', '?code=', 'node:fs', '100%', '50%41', 'C:\\users\\u0041', '{"tokens":12,"key":"a"}', 'tokens: 5', 'sig=1',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36', '日本語のテキスト', 'naïve café', '\ud800', "it's password isn't right",
]; // biome-ignore format: a table

for (const [text, expected] of MASKED) {
  test(`${JSON.stringify(text)} is masked`, () => assert.is(redactor.text(text), expected));
}
test('what was masked stays as it is when it is read again', () => {
  for (const [, expected] of MASKED) assert.is(redactor.text(expected), expected);
});
for (const text of KEPT) test(`${JSON.stringify(text)} is kept`, () => assert.is(redactor.text(text), text));

/** Counts the characters that are read: the scanners read an array, which a proxy stands for. */
function steps(text: string): number {
  let count = 0;
  const codes = new Codes().load(text);
  const spans = new Spans();
  const counted = (): void => {
    codes.units = new Proxy(codes.units, {
      get: (units, key) => {
        count++;
        if (key === 'subarray') {
          return (start: number, end: number) => {
            count += end - start;
            return units.subarray(start, end);
          };
        }
        return Reflect.get(units, key, units);
      },
    });
  };
  counted();
  if (scanText(codes, spans, new KeyReader(judgeKey, []))) {
    const decoded = new Codes();
    decodeOnce(codes, decoded);
    codes.units = decoded.units;
    codes.length = decoded.length;
    counted();
    scanText(codes, spans, new KeyReader(judgeKey, []));
  }
  return count;
}

test('a Telegram token needs no key: eight digits, a colon, and 32 to 39 characters', () => {
  const token = (digits: number, size: number): string => `bot${'1'.repeat(digits)}:${'AAbc-_19'.repeat(5).slice(0, size)} sent`;
  for (const size of [32, 35, 39]) assert.is(redactor.text(token(9, size)), 'bot111111111:*** sent');
  for (const [digits, size] of [[7, 35], [9, 31], [9, 40]] as const) assert.is(redactor.text(token(digits, size)), token(digits, size));
}); // biome-ignore format: a row

test('what is found does not depend on the texts before, nor on how long they were', () => {
  const all = [...MASKED, ...KEPT.map((text) => [text, text] as const)];
  for (const size of [40, 63, 64, 65, 1023, 1024, 1025, 5000, 70_000]) {
    const padding = 'word '.repeat(size).slice(0, size - 1);
    for (const [text, expected] of all) {
      // Blanks on both sides change what is found next to an end, so only what is known to be apart from it is looked at.
      const padded = redactor.text(`${padding}\n${text}`);
      assert.is(padded, `${padding}\n${expected}`, `${size}: ${text}`);
    }
    redactor.text('7'.repeat(size));
  }
});

test('the number of steps grows with the length of the text, whatever the text', async () => {
  const { adversarialTexts } = await import('../../support/secrets');
  const [short, long] = [adversarialTexts(8192), adversarialTexts(32_768)];
  assert.ok(long.length >= 50);
  long.forEach((text, i) => {
    const half = steps(short[i]!);
    const whole = steps(text);
    assert.ok(whole <= 48 * text.length, `${whole / text.length} steps per character: ${text.slice(0, 40)}`);
    assert.ok(whole <= 5 * half + 2 * text.length, `${half} → ${whole}: ${text.slice(0, 40)}`);
  });
});

test.run();
