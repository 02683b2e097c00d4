import type { Levels } from '../../wire/config';
import type { LogFiles } from '../../wire/handlers';
import type { LogLines } from '../../wire/logs';
import { type Child, h, type VNode } from '../dom';
import { count } from '../format';
import { badge, button, card, choice, empty, grid, problemBox, waiting } from '../parts';
import { exportedTable } from '../table';
import { apiPath } from '../url-state';
import type { Exported, Page, View, ViewInstance } from '../view';
import { levelChanges, levelControl } from './level-control';
import { TypedFields } from './log-fields';
import { logFiles } from './log-files';
import { LINE_COLUMNS, logLines } from './log-lines';
import { LEVELS } from './log-record';
import { LogTail } from './log-tail';
import { FollowedView } from './logs-follow';

/** Parameters of the address that say which lines are wanted, with their names. */
const FILTERS: readonly (readonly [param: string, label: string])[] = [
  ['level', 'level at least'],
  ['logger', 'logger'],
  ['event', 'event'],
  ['id', 'id'],
  ['text', 'text'],
];
const LIMITS = [
  ['200', '200'],
  ['500', '500'],
  ['1000', '1,000'],
] as const;

/** The last lines of the log as they come, or all of one request, session, trace or error. */
export const logsView: View = {
  id: 'logs',
  title: 'Logs',
  key: 'l',
  group: 'What happens',
  create: (page) => new LogsView(page),
};

class LogsView implements ViewInstance {
  private readonly tail = new LogTail();
  private readonly fields: TypedFields;
  private readonly followed: FollowedView;

  constructor(private readonly page: Page) {
    this.fields = new TypedFields(page);
    this.followed = new FollowedView(page);
  }

  sources(): Readonly<Record<string, string>> {
    const follow = this.page.param('follow');
    this.followed.see(follow);
    if (follow !== '') return {};
    return {
      lines: this.path(),
      levels: '/admin/levels',
      ...(this.page.param('show') === 'files' && { files: '/admin/files' }),
    };
  }

  render(): Child {
    return this.page.param('follow') === '' ? this.live() : this.followed.render();
  }

  exported(): Exported | undefined {
    if (this.page.param('follow') !== '') return this.followed.exported();
    const lines = this.tail.shown(this.page.now())?.lines;
    return lines && exportedTable(this.page, 'logs', { columns: LINE_COLUMNS, rows: lines });
  }

  destroy(): void {
    this.fields.destroy();
    this.followed.destroy();
  }

  private path(): string {
    const { page } = this;
    const wanted = Object.fromEntries(FILTERS.map(([name]) => [name, name === 'text' ? page.param(name) : page.param(name).trim()]));
    return apiPath('/admin/logs/lines', { ...wanted, limit: page.param('limit') || 200 });
  }

  private live(): Child {
    const { page, tail } = this;
    const answer = page.data<LogLines>('lines');
    // The same answer again changes nothing, so this may be shown as often as wanted.
    if (answer !== undefined) tail.meet(this.path(), answer, page.now());
    const shown = tail.shown(page.now());
    const problem = page.problem('lines');
    return grid(
      page.param('show') === 'levels' && this.levels(),
      page.param('show') === 'files' && logFiles(page, page.data<LogFiles>('files')),
      card(
        'Lines',
        { aside: this.tools(), key: 'lines' },
        this.filters(shown?.answer),
        this.chips(),
        this.notices(),
        problem !== undefined && problemBox(problem),
        shown === undefined
          ? problem === undefined && waiting(page)
          : [logLines(page, tail, shown.lines, shown.newAfter, this.nothing(shown.answer)), this.total(shown.answer)],
      ),
    );
  }

  private tools(): Child {
    const { page, tail } = this;
    const { count: waits, isMore } = tail.waiting;
    const changed = page.data<Levels>('levels')?.changes.length ?? 0;
    const toggle = (name: string, label: Child): VNode =>
      button(label, () => page.setParams({ show: page.param('show') === name ? '' : name }), {
        pressed: page.param('show') === name,
        key: name,
      });
    return h(
      'div',
      { class: 'row' },
      tail.isPaused &&
        h('span', { role: 'status', key: 'waits' }, badge(`${waits}${isMore ? ' or more' : ''} new`, waits > 0 ? 'warn' : 'neutral')),
      button(
        tail.isPaused ? 'Go on' : 'Pause',
        () => {
          if (tail.isPaused) tail.resume();
          else tail.pause();
          page.refresh();
        },
        { pressed: tail.isPaused, key: 'pause', title: 'Keeps the lines that are shown. The rest of the page goes on' },
      ),
      toggle('levels', changed > 0 ? `Levels (${changed} changed)` : 'Levels'),
      toggle('files', 'Files'),
    );
  }

  private filters(answer: LogLines | undefined): VNode {
    const { page, fields } = this;
    const level = page.param('level');
    return h(
      'div',
      { class: 'filters log-filters', role: 'search' },
      h(
        'div',
        { class: 'field' },
        h('span', { class: 'field-label', id: 'level-label' }, 'Level at least'),
        h(
          'div',
          { class: 'log-levels', role: 'group', 'aria-labelledby': 'level-label' },
          ...['', ...LEVELS].map((name) =>
            button(name === '' ? 'all' : name, () => page.setParams({ level: name }), { pressed: level === name, key: name || 'all' }),
          ),
        ),
      ),
      fields.field('text', 'Text', { placeholder: 'in the line', isSearch: true }),
      fields.field('event', 'Event', { placeholder: 'shop.cart.*', suggestions: answer?.events ?? [] }),
      fields.field('logger', 'Logger', { placeholder: 'and below it', suggestions: answer?.loggers ?? [] }),
      fields.field('id', 'Id', { placeholder: 'of any kind', maxlength: 128 }),
      choice(page, 'limit', 'Lines', LIMITS),
    );
  }

  /** What is filtered by, each to be taken away. */
  private chips(): Child {
    const { page } = this;
    const active = FILTERS.filter(([name]) => page.param(name) !== '');
    if (active.length === 0) return undefined;
    const id = page.param('id').trim();
    return h(
      'div',
      { class: 'row filters', key: 'chips' },
      ...active.map(([name, label]) =>
        h(
          'button',
          {
            type: 'button',
            class: 'button log-chip',
            key: name,
            title: 'Take this filter away',
            on: { click: () => page.setParams({ [name]: '' }) },
          },
          `${label}: ${page.param(name)} ✕`,
        ),
      ),
      active.length > 1 &&
        button('Take all away', () => page.setParams(Object.fromEntries(FILTERS.map(([name]) => [name, '']))), { key: 'all' }),
      id !== '' && h('a', { href: page.link('logs', { follow: id }), key: 'follow' }, 'As a timeline'),
    );
  }

  private notices(): Child {
    const { page, tail } = this;
    if (tail.missed === 0) return undefined;
    const text = `${count(tail.missed)} ${tail.missed === 1 ? 'line' : 'lines'} came and went between two looks, and are not kept in memory any more. The files have them.`;
    const dismiss = (): void => {
      tail.missed = 0;
      page.refresh();
    };
    return h('div', { class: 'log-notice', role: 'status', key: 'missed' }, text, button('Dismiss', dismiss));
  }

  private nothing(answer: LogLines): Child {
    if (!answer.has_log) {
      return empty(
        'No line can come: the log of this program can not be made, or every level is silent. Its configuration says why; this opens it:',
        "telemetry.configureLog({ level: 'info' });\nconst log = telemetry.logger('shop.cart');\nlog.info('Cart paid', { order: 7 });",
      );
    }
    if (answer.kept > 0)
      return empty(`None of the ${count(answer.kept)} lines in memory passes these filters. Older ones are in the files.`);
    return empty(
      'Nothing was logged since this page can be opened. Lines come from loggers, and from events:',
      "const log = telemetry.logger('shop.cart');\nlog.info('Cart paid', { order: 7 });\ntelemetry.execute(['shop', 'cart', 'checkout'], { duration: 12.5 }, { region: 'eu' });",
    );
  }

  private total({ lines, matched, kept, last_seq }: LogLines): VNode {
    const { page } = this;
    const isFiltered = FILTERS.some(([name]) => page.param(name) !== '');
    const older = last_seq > kept ? '; older ones are in ' : '; the files: ';
    return h(
      'p',
      { class: 'more', key: 'total' },
      `Showing ${count(lines.length)} of ${count(matched)} ${isFiltered ? 'that match, of ' : ''}${isFiltered ? `${count(kept)} ` : ''}kept in memory${older}`,
      h('a', { href: page.link('logs', { ...this.filterParams(), show: 'files' }) }, 'the log files'),
    );
  }

  private filterParams(): Record<string, string> {
    return Object.fromEntries(FILTERS.map(([name]) => [name, this.page.param(name)] as const).filter(([, value]) => value !== ''));
  }

  private levels(): VNode {
    const { page } = this;
    const levels = page.data<Levels>('levels');
    const logger = page.param('logger').trim();
    return card(
      'Levels of the log',
      { key: 'levels' },
      levelControl(page, logger === '' ? {} : { logger }),
      levels === undefined ? waiting(page, 'levels') : levelChanges(page, levels.changes),
    );
  }
}
