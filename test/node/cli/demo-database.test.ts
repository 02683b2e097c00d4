/** The demo's failures are real: what people are told of them, the log and the database have the same ids. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTelemetry } from '../../../lib/index';
import { runDemo } from '../../../lib/node/cli/demo/demo';
import { fileSink } from '../../../lib/node/index';
import { createSqliteStore } from '../../../lib/node/storage/sqlite/sqlite-store';
import { poolOf, sharedServer, testWithPostgres } from '../../support/postgres/database';
import { createRecordingView } from './recording-view';
import { makeSampleTree } from './sample-tree';

const tree = makeSampleTree();
process.on('exit', tree.remove);

interface Line {
  readonly level: string;
  readonly event_name?: string;
  readonly error_id?: string;
}

/** Long enough for the model to be given up, once at least. */
const RUN_MS = 2_400;

async function run(name: string, database?: string) {
  const log = fileSink({ path: join(tree.folder, `${name}.jsonl`), sync: true });
  const { view, lines } = createRecordingView();
  const report = await runDemo({ folder: tree.folder, forMs: RUN_MS, log, view, database });
  const records = readFileSync(log.path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
  return { report, lines, records, errors: records.filter(({ level }) => level === 'ERROR') };
}

/** The kinds that people were told of, and the events of the log that have the id of each. */
function assertTold({ report, lines, records }: Awaited<ReturnType<typeof run>>): void {
  const kinds = report.told.map(({ kind }) => kind);
  assert.ok(kinds.includes('timeout') && kinds.includes('unknown'), `only ${kinds}`);
  for (const { errorId, title } of report.told) {
    assert.ok(lines.includes(`          Error ID: ${errorId}`) && lines.includes(`Told      ${title}`), errorId);
    assert.ok(
      lines.some((line) => line.startsWith(`told the user: ${title}`) && line.endsWith(`(error ${errorId})`)),
      errorId,
    );
    assert.ok(records.some(({ error_id }) => error_id === errorId));
  }
  // Nothing of the failure itself.
  const shown = lines.filter((line) => line.startsWith('told the user') || line.startsWith('          ')).join('\n');
  for (const detail of ['ELOOP', 'notes.md', '1.5 s', 'node:', '503']) assert.not.match(shown, detail);
}

testWithPostgres('what people are told, the log and a PostgreSQL server have the same ids, and each error is stored once', async () => {
  const server = await sharedServer();
  const { host, port, user, database } = server.address;
  const ran = await run('postgres', `postgres://${user}:hidden@${host}:${port}/${database}`);
  assertTold(ran);
  const pool = poolOf(server);
  const { rows } = await pool.query<{ error_id: string }>('SELECT error_id FROM error_logs');
  assert.equal(rows.map(({ error_id }) => error_id).sort(), ran.errors.map(({ error_id }) => error_id).sort());
  assert.equal(ran.report.stored, { written: ran.errors.length, missing: 0 });
  // The line that looks it up does, as it stands there.
  const found = ran.lines.filter((line) => /^ +psql /.test(line));
  assert.is(found.length, ran.report.told.length);
  for (const line of found) {
    const query = /-c "(.*)"$/.exec(line)![1]!;
    assert.ok((await pool.query(query)).rows.length > 0, query);
  }
  await pool.query('DROP TABLE error_logs, error_fingerprints, telemetry_migrations');
  await pool.end();
  assert.not.match(ran.lines.join('\n'), 'hidden');
});

const hasSqlite = process.getBuiltinModule?.('node:sqlite') !== undefined;

test('where Node has SQLite, errors are stored beside the log without being asked; elsewhere the demo says why not', async () => {
  const ran = await run('sqlite');
  assertTold(ran);
  const path = join(tree.folder, 'sqlite.db');
  assert.is(existsSync(path), hasSqlite);
  assert.equal(ran.report.stored, hasSqlite ? { written: ran.errors.length, missing: 0 } : undefined);
  const shown = ran.lines.find((line) => line.startsWith('Database '));
  if (!hasSqlite) {
    assert.match(shown!, /none: this Node has no SQLite; Node 22\.13 has, or name a server: --database postgres:/);
    return;
  }
  const store = createSqliteStore({ path });
  await store.open();
  for (const { errorId } of ran.report.told) assert.ok((await store.find({ errorId })).length > 0, errorId);
  await store.close();
});

test('a database that was asked for and can not be opened is refused, and nothing is left running', async () => {
  const { view } = createRecordingView();
  const log = fileSink({ path: join(tree.folder, 'refused.jsonl'), sync: true });
  const telemetry = createTelemetry({ onWarning: () => undefined }) as never;
  const started = runDemo({ folder: tree.folder, forMs: 500, log, view, telemetry, database: 'postgres://nobody@127.0.0.1:1/none' });
  await started.then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /The database for --database can't be opened: .*ECONNREFUSED/s),
  );
});

test.run();
