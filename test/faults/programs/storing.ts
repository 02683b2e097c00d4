/** Stores errors in a database that is a file, or in none, until it is told otherwise. */
import { appendFileSync, existsSync, readFileSync, writeSync } from 'node:fs';
import { createTelemetry } from '../../../lib/index';
import { type ErrorStore, StoreError, startStorage } from '../../../lib/node/storage/index';

const plan = JSON.parse(process.argv[2]!) as {
  readonly database: string;
  /** While there is a file of this name, the database is down. */
  readonly down: string;
  readonly spool: string | false;
  readonly from: number;
  readonly lines: number;
  readonly perTurn: number;
  readonly ending: 'exit' | 'throw' | 'empty' | 'stop' | 'wait' | 'deliver';
};

/** Rows are lines of a file; each is there once. */
const store: ErrorStore = {
  name: 'file',
  async open() {},
  async insert(rows) {
    if (existsSync(plan.down)) throw new StoreError('unavailable', 'ECONNREFUSED', 'down');
    const keys = new Set(
      existsSync(plan.database)
        ? readFileSync(plan.database, 'utf8')
            .split('\n')
            .map((line) => line.split(' ', 1)[0])
        : [],
    );
    const fresh = rows.filter(({ key }) => !keys.has(key));
    appendFileSync(plan.database, fresh.map(({ key, line }) => `${key} ${line}\n`).join(''));
    return fresh.length;
  },
  find: async () => [],
  groups: async () => [],
  prune: async () => 0,
  close: async () => {},
};

const say = (word: object): void => void writeSync(1, `${JSON.stringify(word)}\n`);
const telemetry = createTelemetry({ environment: 'production', log: { app: 'shop', sinks: [] }, onWarning: () => undefined });
const storage = await startStorage(telemetry, { store, spool: plan.spool === false ? false : { folder: plan.spool }, retention: false });
const log = telemetry.logger('bot');

let next = plan.from;
function some(): void {
  for (let line = 0; line < plan.perTurn && next < plan.from + plan.lines; line++) log.error('line', { n: next++ });
}

if (plan.ending === 'wait') {
  setInterval(() => {
    some();
    const { spool, accepted, queued, recovered } = storage.stats();
    // All but the batch that is being tried is in the spool alone; that batch is in it, too.
    say({ accepted, queued, recovered, spooled: spool?.lines });
  }, 5);
} else if (plan.ending === 'deliver') {
  for (let turn = 0; turn < 1000 && storage.stats().recoveredStored < plan.lines; turn++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  const { recovered, recoveredStored, spool } = await storage.stop();
  say({ recovered, recoveredStored, corrupt: spool?.corrupt });
} else {
  while (next < plan.from + plan.lines) some();
  if (plan.ending === 'stop') await storage.stop();
  if (plan.ending === 'exit') process.exit(3);
  if (plan.ending === 'throw') setImmediate(() => Promise.reject(new Error('of the program')));
}
