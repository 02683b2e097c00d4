/**
 * For tests of records: a log that writes into memory whatever the developer's environment says, and a reader of lines
 * that forgives nothing.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  createTelemetry,
  type LogOptions,
  type LogRecord,
  type MemorySink,
  memorySink,
  type Telemetry,
  type TelemetryOptions,
  type Warning,
} from '../../lib/index';
import { type FakeClock, fakeClock } from '../../lib/testing/index';

// Options say the rest; these can't be said away.
for (const name of ['LOG_FIELDS_UNDER', 'FILTER_SENSITIVE_DATA', 'APP_NAME', 'INSTANCE_NAME', 'PORT']) delete process.env[name];

export interface TestLog {
  readonly telemetry: Telemetry;
  readonly memory: MemorySink;
  readonly clock: FakeClock;
  readonly warnings: Warning[];
  /** The lines so far, which are taken away. */
  lines(): string[];
  /** The same, parsed. */
  records(): LogRecord[];
  /** The one record there is. */
  record(): LogRecord;
}

/** A bus with the log handler on, its clock at 2026-01-01T00:00:00.000Z, everything from trace on into memory. */
export function createLog(log: LogOptions = {}, options: Omit<TelemetryOptions, 'log' | 'clock'> = {}): TestLog {
  const memory = memorySink({ maxLines: 1e6 });
  const clock = fakeClock();
  const warnings: Warning[] = [];
  const telemetry = createTelemetry({
    environment: 'test',
    onWarning: (warning: Warning) => warnings.push(warning),
    ...options,
    clock,
    log: { level: 'trace', format: 'json', schema: 'default', caller: false, diagnostic: false, sinks: [memory], ...log },
  } as TelemetryOptions<never>) as Telemetry;
  telemetry.attachLogHandler();
  const lines = (): string[] => {
    const taken = [...memory.lines];
    memory.clear();
    return taken;
  };
  const records = (): LogRecord[] => lines().map(parseLine);
  const record = (): LogRecord => {
    const all = records();
    if (all.length !== 1) throw new Error(`expected one record, not ${all.length}`);
    return all[0]!;
  };
  return { telemetry, memory, clock, warnings, lines, records, record };
}

/** Reads a line; throws for anything {@link problemOf} finds. */
export function parseLine(line: string): LogRecord {
  const problem = problemOf(line);
  if (problem !== undefined) throw new Error(`${problem}: ${line.slice(0, 500)}`);
  return parseStrict(line) as LogRecord;
}

/** What is wrong with a line as one valid record within the default limits; `undefined` if nothing is. */
export function problemOf(line: string, maxBytes: number = 65_536): string | undefined {
  if (!line.endsWith('\n')) return 'no newline at the end';
  const text = line.slice(0, -1);
  if (!/^[\x20-\x7e]*$/.test(text)) {
    if (/\p{Cs}/u.test(text)) return 'half a surrogate pair';
    const found = FORBIDDEN.exec(Buffer.from(text, 'utf8').toString('latin1'));
    if (found) return `forbidden bytes ${Buffer.from(found[0], 'latin1').toString('hex')} at ${found.index}`;
  }
  const bytes = Buffer.byteLength(line);
  if (bytes > maxBytes) return `${bytes} bytes`;
  try {
    const record = parseStrict(text);
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'not an object';
    for (const name of ['timestamp', 'level', 'logger', 'message']) {
      if (typeof (record as Record<string, unknown>)[name] !== 'string') return `${name} is missing`;
    }
  } catch (error) {
    return String(error);
  }
  return undefined;
}

/** UTF-8 of C0, DEL, C1, U+061C, U+200E/F, U+2028 to E, U+2066 to 9, U+FEFF: as bytes, so that nothing decodes them away. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what it looks for
const FORBIDDEN = /[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]|\xef\xbb\xbf/;

/** JSON by the letter of RFC 8259, and no key twice in an object. */
function parseStrict(text: string): unknown {
  let at = 0;
  const fail = (what: string): never => {
    throw new SyntaxError(`${what} at ${at}`);
  };
  const skip = (): void => {
    for (let code = text.charCodeAt(at); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; ) code = text.charCodeAt(++at);
  };
  const pattern = (sticky: RegExp): string => {
    sticky.lastIndex = at;
    const found = sticky.exec(text)?.[0];
    if (found === undefined) return fail('not JSON');
    at += found.length;
    return found;
  };
  const string = (): string => {
    const raw = pattern(STRING);
    return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
  };
  const object = (): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    const seen = new Set<string>();
    at++;
    skip();
    if (text[at] === '}') {
      at++;
      return result;
    }
    for (;;) {
      skip();
      const key = string();
      if (seen.has(key)) fail(`the key ${JSON.stringify(key)} stands twice`);
      seen.add(key);
      skip();
      if (text[at++] !== ':') fail('no colon');
      const found = value();
      if (key === '__proto__') Object.defineProperty(result, key, { value: found, enumerable: true });
      else result[key] = found;
      skip();
      const end = text[at++];
      if (end === '}') return result;
      if (end !== ',') fail('no comma');
    }
  };
  const array = (): unknown[] => {
    const result: unknown[] = [];
    at++;
    skip();
    if (text[at] === ']') {
      at++;
      return result;
    }
    for (;;) {
      result.push(value());
      skip();
      const end = text[at++];
      if (end === ']') return result;
      if (end !== ',') fail('no comma');
    }
  };
  function value(): unknown {
    skip();
    const first = text[at];
    if (first === '"') return string();
    if (first === '{') return object();
    if (first === '[') return array();
    const word = pattern(WORD);
    return word === 'true' ? true : word === 'false' ? false : word === 'null' ? null : Number(word);
  }
  const result = value();
  skip();
  if (at !== text.length) fail('something follows');
  return result;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: controls must be escaped
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const WORD = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface ChildOptions {
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The reader goes away after so many characters of stdout. */
  readonly closeAfter?: number;
  /** `false`: plain JavaScript, without the loader. */
  readonly typescript?: boolean;
}

/** Runs a module in a process of its own, at the root of the project. The source comes through stdin: it may be long. */
export function runChild(source: string, options: ChildOptions = {}): Promise<Ended> {
  const { flags = [], env = {}, closeAfter = Infinity, typescript = true } = options;
  const loader = typescript ? ['--import', 'tsx'] : [];
  const child = spawn(process.execPath, [...flags, ...loader, '--input-type=module', '-'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (stdout.length >= closeAfter) child.stdout.destroy();
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end(source);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** What it takes to write values that are far too large, in ms: the median of five of each, made anew each time. */
export function bounds(): Readonly<Record<string, { readonly ms: number; readonly bytes: number }>> {
  const deep = (): object => {
    let value: object = {};
    for (let level = 0; level < 10_000; level++) value = { in: value };
    return value;
  };
  const values: Record<string, () => unknown> = {
    // Flat: repeating makes a rope, which is put together when it is first read.
    'a string of 10 MiB': () => Buffer.alloc(10 * 1_048_576, 'x').toString('latin1'),
    '200,000 keys': () => Object.fromEntries(Array.from({ length: 200_000 }, (_, key) => [`key${key}`, key])),
    '10,000 levels': deep,
    'an array of 1,000,000 items': () => new Array(1_000_000).fill(7),
    'a Buffer of 5 MiB': () => Buffer.alloc(5 * 1_048_576, 'x'),
    'a matrix of 1,000 × 1,000': () => Array.from({ length: 1000 }, () => new Array(1000).fill(0.1)),
  };
  const { telemetry, lines } = createLog();
  const log = telemetry.logger('bot');
  const result: Record<string, { ms: number; bytes: number }> = {};
  for (const [name, make] of Object.entries(values)) {
    let bytes = 0;
    const times = [1, 2, 3, 4, 5].map(() => {
      const value = make();
      const start = performance.now();
      log.info('line', { value });
      const ms = performance.now() - start;
      bytes = Math.max(bytes, Buffer.byteLength(lines()[0]!));
      return ms;
    });
    result[name] = { ms: Math.round(times.sort((one, other) => one - other)[2]! * 1000) / 1000, bytes };
  }
  return result;
}
