/**
 * Filebeat itself is not run. Emulated here, from its documentation: which files the globs find, the ndjson parser with
 * an empty target, the timestamp processor's layouts (Go's), rename and drop_fields. Not emulated: reading, identity of
 * files, registry, outputs, and what Filebeat adds to documents of its own.
 */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { createFormat } from '../../../lib/log/formats/index';
import type { LogRecord } from '../../../lib/log/record';

interface Rename {
  readonly from: string;
  readonly to: string;
}
interface Processor {
  readonly timestamp?: { readonly field: string; readonly layouts: string[]; readonly test: string[]; readonly ignore_missing: boolean };
  readonly drop_fields?: { readonly fields: string[]; readonly ignore_missing: boolean };
  readonly rename?: { readonly fields: Rename[]; readonly ignore_missing: boolean; readonly fail_on_error: boolean };
}
interface Input {
  readonly type: string;
  readonly id: string;
  readonly paths: string[];
  readonly 'prospector.scanner.exclude_files': string[];
  readonly parsers: [{ readonly ndjson: Readonly<Record<string, unknown>> }];
  readonly processors: Processor[];
}
type Document = Record<string, unknown>;

const config = parse(readFileSync('config/filebeat/telemetry-bus.yml', 'utf8')) as { 'filebeat.inputs': Input[] };
const [input] = config['filebeat.inputs'] as [Input];
const RECORD: LogRecord = {
  timestamp: '2026-02-13T19:06:35.545Z',
  level: 'ERROR',
  logger: 'app.bot',
  message: 'upstream\nfailed',
  event_name: 'app.bot.error',
  app: 'my_app',
  pid: 42,
  request_id: 'r1',
  exception: { type: 'TypeError', message: 'x', traceback: ['at a (b.ts:1:2)'] },
  duration_ms: 12.5,
};

/** Go's reference time: each part of it stands for that part of a time; a fraction of nines may be of any length. */
function readTime(layout: string, text: string): number | undefined {
  const pattern = layout
    .replaceAll('.', '\\.')
    .replace('2006-01-02', '(\\d{4}-\\d{2}-\\d{2})')
    .replace('15:04:05', '(\\d{2}:\\d{2}:\\d{2}')
    .replace('\\.999', '(?:\\.\\d+)?)');
  const match = new RegExp(`^${pattern}$`).exec(text);
  return match === null ? undefined : Date.parse(`${match[1]}T${match[2]}Z`);
}

function get(document: Document, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Document | undefined)?.[key], document);
}

function move(document: Document, { from, to }: Rename): void {
  const value = get(document, from);
  if (value === undefined) return;
  assert.is(get(document, to), undefined, `${to} is taken`);
  remove(document, from);
  const keys = to.split('.');
  const last = keys.pop()!;
  let at = document;
  for (const key of keys) at = (at[key] ??= {}) as Document;
  at[last] = value;
}

function remove(document: Document, path: string): void {
  const keys = path.split('.');
  const last = keys.pop()!;
  delete (get(document, keys.join('.')) as Document | undefined)?.[last];
  if (keys.length === 0) delete document[last];
}

/** What Filebeat would ship for a line. */
function ship(line: string): Document {
  const { ndjson } = input.parsers[0];
  assert.equal([ndjson.target, ndjson.overwrite_keys, ndjson.expand_keys, ndjson.add_error_key], ['', true, false, true]);
  const document: Document = { log: { file: { path: '/var/log/my_app/app.log' }, offset: 0 }, ...(JSON.parse(line) as Document) };
  for (const { timestamp, drop_fields, rename } of input.processors) {
    if (timestamp) {
      const text = String(document[timestamp.field]);
      document['@timestamp'] = timestamp.layouts.map((layout) => readTime(layout, text)).find((time) => time !== undefined);
    }
    if (drop_fields) for (const field of drop_fields.fields) delete document[field];
    if (rename) for (const names of rename.fields) move(document, names);
  }
  return document;
}

test('the sample is one filestream input with an id', () => {
  assert.is(config['filebeat.inputs'].length, 1);
  assert.equal([input.type, input.id], ['filestream', 'telemetry-bus']);
});

test('current and rotated files are found, compressed ones are not', () => {
  const globs = input.paths.map((path) => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  const excluded = input['prospector.scanner.exclude_files'].map((pattern) => new RegExp(pattern));
  const isRead = (name: string) =>
    globs.some((glob) => glob.test(`/var/log/my_app/${name}`)) && !excluded.some((pattern) => pattern.test(name));
  assert.equal(['app.log', 'app.log.1', 'app.log.10', 'access.log.2026-02-13'].map(isRead), [true, true, true, true]);
  assert.equal(['app.log.1.gz', 'app.txt', 'deeper/app.log'].map(isRead), [false, false, false]);
});

test('the layout reads the times that records carry, and the times that Filebeat is told to try', () => {
  const { timestamp } = input.processors.find((processor) => processor.timestamp)!;
  assert.is(timestamp!.field, 'timestamp');
  for (const time of [...timestamp!.test, RECORD.timestamp, '2026-02-13T19:06:35.000Z', '1970-01-01T00:00:00.001Z']) {
    assert.is(readTime(timestamp!.layouts[0]!, time), Date.parse(time));
  }
  assert.is(readTime(timestamp!.layouts[0]!, '2026-02-13 19:06:35'), undefined);
});

test('a line becomes a document of ECS names with own fields at the root', () => {
  assert.equal(ship(createFormat('json')(RECORD)), {
    '@timestamp': Date.parse(RECORD.timestamp),
    log: { file: { path: '/var/log/my_app/app.log' }, offset: 0, level: 'ERROR', logger: 'app.bot' },
    message: 'upstream\nfailed',
    event: { action: 'app.bot.error' },
    service: { name: 'my_app' },
    process: { pid: 42 },
    http: { request: { id: 'r1' } },
    error: { type: 'TypeError', message: 'x' },
    exception: { traceback: ['at a (b.ts:1:2)'] },
    duration_ms: 12.5,
  });
});

test.run();
