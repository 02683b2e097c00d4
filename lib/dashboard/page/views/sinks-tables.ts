/** What became of the lines of the log: by sink, and in the database for errors. */
import type { Account, SinkAccount, StorageAccount, SystemState } from '../../wire/system';
import { h, type VNode } from '../dom';
import { bytes, count, NOTHING } from '../format';
import { badge, card, empty, facts, type Tone } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';
import { type Reckoned, reasons, reckon, total } from './sinks-account';

type Log = SystemState['log'];

const IDENTITY = 'accepted = written + queued + dropped';
const NO_LOG = `telemetry.attachLogHandler(); // lines of each event
telemetry.logger('bot').info('Hello');`;
const NO_STORAGE = `import { startTelemetry } from 'telemetry-bus/node';

await startTelemetry({
  app: 'shop',
  // Or { postgres: pool, spool: { folder: 'spool' } }:
  storage: { sqlite: 'logs/errors.db' },
});`;

const reckoned = ({ accepted, written, queued, dropped }: Account): Reckoned =>
  reckon(accepted, [
    ['written', written],
    ['queued', queued],
    ['dropped', total(dropped)],
  ]);

function verdict(account: Account): VNode {
  const { isRight, text, missing } = reckoned(account);
  if (isRight) return badge('adds up', 'good', text);
  const rest = missing > 0 ? `${count(missing)} unaccounted for` : `${count(-missing)} too many`;
  return h('div', {}, badge('does not add up', 'bad'), h('div', { class: 'small' }, `${text}: ${rest}`));
}

const COLUMNS: readonly Column<SinkAccount>[] = [
  { id: 'sink', title: 'Sink', value: ({ name }) => name, show: ({ name }) => h('b', {}, name) },
  { id: 'accepted', title: 'Accepted', isNumber: true, value: ({ accepted }) => accepted, show: ({ accepted }) => count(accepted) },
  { id: 'written', title: '= Written', isNumber: true, value: ({ written }) => written, show: ({ written }) => count(written) },
  { id: 'queued', title: '+ Queued', isNumber: true, value: ({ queued }) => queued, show: ({ queued }) => count(queued) },
  {
    id: 'dropped',
    title: '+ Dropped',
    isNumber: true,
    value: ({ dropped }) => total(dropped),
    show: ({ dropped }) => count(total(dropped)),
  },
  {
    id: 'reasons',
    title: 'Dropped because',
    isMinor: true,
    value: ({ dropped }) => reasons(dropped),
    show: ({ dropped }) => reasons(dropped) || NOTHING,
  },
  { id: 'account', title: 'Account', show: verdict },
];

export function sinksCard(page: Page, log: Log): VNode {
  return card(
    'Sinks',
    { aside: IDENTITY },
    table(page, {
      label: 'Sinks of the log',
      param: 'sinks_sort',
      columns: COLUMNS,
      rows: log?.sinks ?? [],
      key: ({ name }) => name,
      empty:
        log === null
          ? empty('The log of this bus can not be made; its configuration may be wrong.')
          : empty('No line was logged yet. A log makes its sinks with its first line:', NO_LOG),
    }),
  );
}

/** What the log knows of itself. */
export function logCard(log: Log): VNode | false {
  if (log === null) return false;
  const { lines, collapsed, dropped, redaction } = log;
  const { masked, failedRules } = redaction;
  return card(
    'Log',
    { class: 'half' },
    facts(
      ['Lines made', count(lines)],
      ['Not written: a summary of a storm stands for them', count(collapsed)],
      ['Not made: nested too deep', dropped.nested === 0 ? '0' : badge(count(dropped.nested), 'warn')],
      ['Values masked', count(masked)],
      ['Rules of redaction that failed', failedRules.length === 0 ? '0' : badge(failedRules.join(', '), 'bad')],
    ),
  );
}

const STATE_TONES: Readonly<Record<StorageAccount['state'], Tone>> = { open: 'good', slow: 'warn', failing: 'bad', closed: 'neutral' };

export function storageCard(storage: StorageAccount | null): VNode {
  if (storage === null)
    return card(
      'Error storage',
      { class: 'half' },
      empty('Errors are kept in memory and in files. A database keeps them for longer:', NO_STORAGE),
    );
  const { store, state, failure, failures, accepted, written, queued, queuedBytes, dropped, spool } = storage;
  return card(
    'Error storage',
    { class: 'half', aside: IDENTITY },
    h(
      'p',
      { class: 'row' },
      h('b', {}, store),
      badge(state, STATE_TONES[state]),
      failure !== undefined && h('span', { class: 'mono' }, failure),
      verdict(storage),
    ),
    facts(
      ['Accepted', count(accepted)],
      ['Written', count(written)],
      ['Queued', `${count(queued)}, ${bytes(queuedBytes)} in memory`],
      ['Dropped', total(dropped) === 0 ? '0' : `${count(total(dropped))}: ${reasons(dropped)}`],
      ['Failed attempts', count(failures)],
      [
        'Of earlier runs',
        `${count(storage.recovered)} found, ${count(storage.recoveredStored)} stored, ${count(storage.recoveredRefused)} refused`,
      ],
      ['Rows removed by age', count(storage.pruned)],
      ...(spool === undefined
        ? ([['Spool', 'none']] as const)
        : ([
            ['Spool', `${count(spool.lines)} lines, ${bytes(spool.bytes)} in ${count(spool.segments)} files`],
            ['Damaged pieces of it', count(spool.corrupt)],
            ['Its failures', reasons(spool.errors) || '0'],
          ] as const)),
    ),
  );
}
