/**
 * The words behind the verdicts of `keys.ts`. Phrases are written with spaces between their words and match a key that
 * has these words next to each other, at any spelling: `api key` is `apiKey`, `API_KEY`, `x-api-key` and `apikey`.
 */
const list = (words: string): readonly string[] => words.trim().split(/\s*[,\n]\s*/);

/** Names whose value is a secret wherever they stand in a key. After the OWASP list of data to exclude from logs. */
export const SECRET_PHRASES: readonly string[] = [
  ...list(`password, passwords, passwd, passwds, pwd, pw, pswd, pass word, passphrase, pass phrase, passcode, pass code, keyphrase
    passwort, kennwort, contrasena, senha, motdepasse, mot de passe, wachtwoord, haslo, пароль, 密码, 密碼, パスワード, 비밀번호
    secret, secrets, token, api key, api keys, access key, access keys, private key, private keys, secret key, signing key
    encryption key, decryption key, master key, shared key, account key, shared access key, storage key, service key
    subscription key, consumer key, app key, application key, license key, licence key, write key, admin key, auth key
    session key, hmac key, ssh key, deploy key, client key, functions key, webhook key, team key, functions code
    authorization, proxy authorization, authorisation, cookie, cookies, credential, credentials, creds, cred, jwt, jwts, jws, jwe
    bearer, otp, totp, hotp, one time password, one time code, mfa code, fa code, verification code, recovery code, recovery codes
    backup code, backup codes, security code, security answer, authorization code, auth code, auth header, auth data
    pin code, cvv, cvc, csrf, xsrf, seed phrase, recovery phrase, mnemonic
    ssn, social security, social security number, national insurance number, passport number, tax number, driver license number
    card number, card no, card num, cc number, cc num, credit card, debit card, card pan, iban, bank account, account number
    routing number, sort code, connection string, conn string, connection uri, connection url, conn str, dsn, database url
    db url, database uri, db uri, redis url, redis uri, mongo url, mongo uri, mongodb url, mongodb uri, postgres url, postgres uri
    postgresql url, mysql url, amqp url, rabbitmq url, broker url, nats url, webhook url, webhook uri, slack webhook, hook url
    amz signature, hub signature, shared access signature, hmac signature, webhook signature, slack signature, stripe signature`),
  ...list(`access, refresh, api, auth, bearer, id, session, device, push, reset, personal access, deploy, bot, csrf, oauth, admin, user
    security, service, verification, invite, jwt`).map((kind) => `${kind} tokens`),
  ...list(`openai, anthropic, claude, gemini, mistral, cohere, groq, huggingface, hf, pinecone, stripe, aws, azure, gcp, github, gitlab
    slack, twilio, sendgrid, mailgun, datadog, algolia, maps, fcm, firebase, vapid private`).map((owner) => `${owner} key`),
];

/** Names that are a secret only as the last word: `auth`, `basic_auth`, but neither `auth_type` nor `pin_count`. */
export const SECRET_LAST: readonly string[] = ['auth', 'pin'];

/** `pass` is a word of tests and stages, too; after these, or alone, it is a password. */
export const PASS_OWNERS: ReadonlySet<string> = new Set(
  list(`db, database, user, usr, smtp, imap, pop, mail, email, ftp, sftp, ssh, proxy, redis, http, admin, root, login, basic, my, pg
    sql, mysql, postgres, mongo, rabbitmq, amqp, nats, mqtt, ldap, wifi, account, master, keystore, truststore, key, auth, client`),
);

/** Endings by which words run together are known: `dbpassword`, `csrftoken`. */
export const SECRET_ENDINGS: readonly string[] = list(
  'password, passwd, passphrase, secret, apikey, secretkey, accesskey, privatekey, token, credentials, cookie',
);

/** Beginnings by which words run together are known; what follows is judged as a word of its own. */
export const SECRET_BEGINNINGS: readonly string[] = ['password', 'passwd', 'passphrase', 'apikey', 'secretkey'];

/** Words after a secret's name that make the key one about the secret: `password_length`, `token_type`. */
export const ABOUT_AFTER: ReadonlySet<string> = new Set(
  list(`length, len, count, counts, counter, size, sizes, bytes, bits, chars, total, sum, number of, enabled, disabled, required, optional
    type, types, kind, expires, expire, expiry, expiration, exp, ttl, age, lifetime, limit, limits, budget, usage, use, used, uses
    policy, policies, strength, score, name, names, hint, status, state, valid, invalid, validity, exists, exist, set, present, missing
    at, in, on, until, since, date, time, timestamp, duration, ms, seconds, index, position, format, version, algorithm, alg, provider
    source, field, fields, label, placeholder, title, url, uri, endpoint, link, path, file, filename, dir, regex, pattern, min, max
    rate, rates, cost, costs, price, per, window, stats, bucket, logprob, logprobs, ids, domain, consent, banner, samesite, secure
    manager, store, storage, vault, arn, rotation, reset, change, error, errors, failure, failures, attempts, retries, retry, cache
    hits, misses, verification, validation, validator, less, based, only, ok, is, scope, scopes, issuer, audience, method, mode, scheme
    last4, last, brand, network, description, docs, help, visible, visibility, prefix, encoding, parser, service, server, client id
    latency, throughput, speed, efficiency, savings, overhead, estimate, estimator, stream, level, levels, env, variable, var`),
);

/** Words before a secret's name that make the key one about the secret: `has_token`, `max_token`. */
export const ABOUT_BEFORE: ReadonlySet<string> = new Set(
  list(
    'has, have, is, are, was, needs, need, requires, require, required, num, no, count, should, can, with, without, allow, allows, supports',
  ),
);

/** Words before `token` that speak of text, parsing or paging rather than of access. */
export const TEXT_TOKEN_BEFORE: ReadonlySet<string> = new Set(
  list(`max, min, total, input, output, prompt, completion, cached, reasoning, thinking, first, last, per, each, single, eos, bos, pad, unk
    stop, special, mask, sep, cls, next, page, continuation, cursor, unexpected, illegal, current, previous, generated, avg, average, mean
    image, audio, text, non, unknown, end, start, begin, by, of`),
);

/** Names of session ids. */
export const SESSION_PHRASES: readonly string[] = list(
  'session id, session ids, session uuid, sess id, phpsessid, phpsessionid, jsessionid, aspsessionid, net session id, connect sid, sessionid',
);
