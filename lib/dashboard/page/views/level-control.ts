/** Changes levels of the log for a time, and tells which are changed: for the logs and for the configuration. */
import type { LevelChange, LevelChanged } from '../../wire/config';
import { h, type VNode } from '../dom';
import { ago, clock, dateTime, NOTHING, timeOf } from '../format';
import { action, badge, empty, type Tone } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';

/** All loggers without a level of their own, as the API names them. */
export const ALL = '*';
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical', 'silent'] as const;
const FOREVER = 'forever';
const TIMES: readonly (readonly [value: string, label: string])[] = [
  ['5m', '5 minutes'],
  ['15m', '15 minutes'],
  ['1h', '1 hour'],
  ['4h', '4 hours'],
  [FOREVER, 'until it is put back'],
];

/** What was typed and not sent yet. */
interface Draft {
  /** The name that it began with. */
  readonly given: string;
  logger: string;
  level: string;
  time: string;
}

const drafts = new WeakMap<Page, Draft>();

/** A level with a colour and a sign. */
export function levelBadge(level: string): VNode {
  const tones: Readonly<Record<string, Tone>> = { trace: 'warn', debug: 'warn', silent: 'bad' };
  return badge(level, tones[level] ?? 'neutral');
}

/** `*` in words. */
export const loggerName = (logger: string): string => (logger === ALL ? 'all loggers' : logger);

/**
 * Fields for a logger, a level and a time, and the button that changes it. What is typed is kept as long as the page stays.
 *
 * @param given - `logger`: the name that stands in the field at first; another one takes the place of what was typed.
 */
export function levelControl(page: Page, given: { readonly logger?: string } = {}): VNode {
  const draft = draftOf(page, given.logger ?? '');
  const take = (name: 'logger' | 'level' | 'time') => (event: Event) => {
    draft[name] = (event.target as HTMLInputElement | HTMLSelectElement).value;
    page.refresh();
  };
  const logger = draft.logger.trim() === '' ? ALL : draft.logger.trim();
  return h(
    'form',
    { class: 'filters level-control', 'aria-label': 'Change a level of the log', on: { submit: (event) => event.preventDefault() } },
    h(
      'label',
      { class: 'field' },
      h('span', { class: 'field-label' }, 'Logger'),
      h('input', {
        type: 'text',
        value: draft.logger,
        placeholder: 'all loggers',
        title: 'A name such as coder.llm, and all below it. Empty: all loggers without a level of their own',
        autocomplete: 'off',
        spellcheck: 'false',
        maxlength: 520,
        on: { input: take('logger'), keydown: pressButton },
      }),
    ),
    select(
      'Level',
      draft.level,
      [...LEVELS, ...(logger === ALL ? [] : ['inherit'])].map((level) => [level, level]),
      take('level'),
    ),
    select('For', draft.time, TIMES, take('time')),
    action(page, 'Change level', () => change(page, logger, draft.level, draft.time), { kind: 'main' }),
    h('p', { class: 'quiet' }, 'At the end of the time the level is what it was before. Each change, and its end, is in the security log.'),
  );
}

function draftOf(page: Page, given: string): Draft {
  let draft = drafts.get(page);
  if (draft === undefined || draft.given !== given) {
    draft = { given, logger: given === ALL ? '' : given, level: draft?.level ?? 'debug', time: draft?.time ?? '15m' };
    drafts.set(page, draft);
  }
  // There is nothing above all loggers that they could inherit from.
  if (draft.level === 'inherit' && draft.logger.trim() === '') draft.level = 'debug';
  return draft;
}

function select(label: string, value: string, options: readonly (readonly [string, string])[], changed: (event: Event) => void): VNode {
  return h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-label' }, label),
    h('select', { value, on: { change: changed } }, ...options.map(([one, text]) => h('option', { value: one, key: one }, text))),
  );
}

/** Enter does what the button does. */
function pressButton(event: Event): void {
  if ((event as KeyboardEvent).key !== 'Enter') return;
  event.preventDefault();
  (event.target as Element).closest('form')?.querySelector('button')?.click();
}

async function change(page: Page, logger: string, level: string, time: string): Promise<string> {
  const span = time === FOREVER ? { forever: true } : { for: time };
  const { change: made, before } = await page.api.send<LevelChanged>('PUT', '/admin/levels', { logger, level, ...span });
  const until = timeOf(made.until);
  return `${loggerName(logger)}: ${before} → ${level}, ${until === null ? 'until it is put back' : `until ${clock(until)}`}`;
}

const COLUMNS: readonly Column<LevelChange>[] = [
  { id: 'logger', title: 'Logger', value: ({ logger }) => logger, show: ({ logger }) => h('span', { class: 'mono' }, loggerName(logger)) },
  { id: 'level', title: 'Level', value: ({ level }) => level, show: ({ level }) => levelBadge(level) },
  { id: 'original', title: 'Was', value: ({ original }) => original, show: ({ original }) => original },
];

/** The levels that were changed and are not back, with a button that puts each back. */
export function levelChanges(page: Page, changes: readonly LevelChange[]): VNode {
  const columns: readonly Column<LevelChange>[] = [
    ...COLUMNS,
    {
      id: 'until',
      title: 'Back',
      value: ({ until }) => timeOf(until),
      show({ until }) {
        const time = timeOf(until);
        return time === null ? 'stays' : h('span', { title: dateTime(time) }, ago(time, page.now()));
      },
    },
    { id: 'by', title: 'By', value: ({ by }) => by, show: ({ by }) => by || NOTHING, isMinor: true },
    {
      id: 'back',
      title: '',
      show: ({ logger, original }) =>
        action(page, 'Put back', async () => {
          await page.api.send('DELETE', `/admin/levels/${encodeURIComponent(logger)}`);
          return `${loggerName(logger)} is ${original === 'inherit' ? 'as the name above' : original} again`;
        }),
    },
  ];
  return table(page, {
    label: 'Changed levels',
    param: 'changes_sort',
    columns,
    rows: changes,
    key: ({ logger }) => logger,
    empty: empty(
      'No level is changed at the moment. What is changed here goes back by itself; a level for good is set by the program or its environment:',
      "telemetry.setLogLevel('debug', 'coder.llm'); // in the program\n# or before it starts, in its environment\nLOG_LEVEL=info",
    ),
  });
}
