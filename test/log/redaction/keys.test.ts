import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judgeKey, keyJudge } from '../../../lib/log/redaction/keys';

const words = (text: string): string[] => text.trim().split(/\s+/);

const SECRET =
  words(`password passwd Pwd userPassword user_password PASSWORD pAsSwOrD user_pAsSwOrD passWord passphrase api_key apiKey APIKey X-Api-Key
  x-admin-token authorization Proxy-Authorization auth basicAuth cookie Set-Cookie credentials jwt bearer otp pin pinCode cvv cvc cvv2 ssn cardNumber
  card_number iban connectionString dsn DATABASE_URL webhook_url clientSecret client_secret token accessToken refresh_token access_tokens privateKey
  OPENAI_API_KEY openai_key AWS_SECRET_ACCESS_KEY aws_access_key_id session_token sessionToken password_hash passwordConfirmation db.password smtp_pass
  pass csrftoken dbpassword mysecret token_secret contraseña passwort пароль パスワード password1 secret_id x-amz-security-token db_pw x_api_key_2`);
const EVADED = [
  'ｐａｓｓｗｏｒｄ',
  'pass\u200bword',
  'pass%77ord',
  'p\\u0061ssword',
  'pa\u00adssword',
  'ＡＰＩ＿ｋｅｙ',
  'api key',
  'API.Key',
  'pässword'.normalize('NFD'),
];
const PLAIN =
  words(`tokens max_tokens maxTokens input_tokens inputTokens token_count tokenCount tokens_enabled total_tokens tokenizer keyboard key monkey
  primary_key publicKey cache_key cacheKey author authors authenticated session_count secretary passed pass_rate passRate compass cookie_count
  password_length passwordLength has_token hasToken isSecret authType auth_method token_type tokenUsage tokenLimit max_token next_token nextPageToken
  time_to_first_token tokens_per_second output_tokens cookieName spinner pinned mapping shipping opinion bypass passenger password_changed_at
  tokenExpiresAt token_url api_key_id tokenId secret_name authority bearing card discard cardinality first_pass session sessions session_start user_id
  token_ids stop_token signature author_name code keyword hotkey passwordless detokenize`);
const SESSION = words(
  'session_id sessionId sid SID session-id PHPSESSID JSESSIONID connect.sid userSessionId sessionid ASP.NET_SessionId usersessionid',
);

for (const key of [...SECRET, ...EVADED]) test(`${key} is the key of a secret`, () => assert.is(judgeKey(key), 'secret'));
for (const key of PLAIN) test(`${key} is a plain key`, () => assert.is(judgeKey(key), 'plain'));
for (const key of SESSION) test(`${key} is the key of a session id`, () => assert.is(judgeKey(key), 'session'));

test('odd keys have a verdict', () => {
  for (const key of ['', '_', '\ud800', '%', '%zz', '\\u00', 'a'.repeat(1e6), '_'.repeat(1e6), 'aB'.repeat(1e5)])
    assert.is(judgeKey(key), 'plain');
});

test('own names match whole keys at any spelling, own patterns the key as written', () => {
  const judge = keyJudge(['employeeBadge', /^x-/g], []);
  assert.equal(['employee_badge', 'EMPLOYEE-BADGE', 'x-a', 'x-a', 'badge', 'my_employee_badge', 'ax-'].map(judge), [
    'secret', 'secret', 'secret', 'secret', 'plain', 'plain', 'plain',
  ]); // biome-ignore format: a row
});

test('exempt names win over everything', () => {
  const judge = keyJudge(['badge', /token/], ['authToken', 'badge', 'sessionId']);
  assert.equal(['auth_token', 'badge', 'session_id', 'other_token'].map(judge), ['plain', 'plain', 'plain', 'secret']);
});

test.run();
