import type { Followed, RequestRow } from '../../wire/logs';
import { ApiProblem } from '../api';
import { type Child, h, type VNode } from '../dom';
import { clockMs, count, dateTime, duration } from '../format';
import { badge, button, card, copyButton, empty, facts, grid, problemBox, waiting } from '../parts';
import { type Column, exportedTable, table } from '../table';
import { apiPath } from '../url-state';
import type { Exported, Page } from '../view';
import { logDetail } from './log-detail';
import { levelBadge, lineText, sourceText } from './log-lines';
import { levelOf, sourceOf, timeOfRecord, toneOf } from './log-record';
import { type Moment, type Timeline, timelineOf } from './log-timeline';
import { statusBadge } from './requests-parts';

const FILE_COLUMNS: readonly Column<Moment>[] = [
  { id: 'timestamp', title: 'Time', value: ({ item }) => String(item.record.timestamp ?? ''), show: () => '' },
  { id: 'offset_ms', title: 'Offset', value: ({ offset }) => offset, show: () => '' },
  { id: 'level', title: 'Level', value: ({ item }) => levelOf(item.record) ?? '', show: () => '' },
  { id: 'source', title: 'Logger or event', value: ({ item }) => sourceOf(item.record), show: () => '' },
  { id: 'message', title: 'Message', value: ({ item }) => String(item.record.message ?? ''), show: () => '' },
  { id: 'record', title: 'Record', value: ({ item }) => JSON.stringify(item.record), show: () => '' },
];

/** Everything that was logged of one id. Asked for once and on demand: it may have to be looked for in files. */
export class FollowedView {
  private asked = '';
  private answer: { readonly followed: Followed; readonly timeline: Timeline } | undefined;
  private problem: ApiProblem | undefined;
  private control: AbortController | undefined;

  constructor(private readonly page: Page) {}

  /** Follows an id, once as long as it is the same; an empty one ends it. */
  see(id: string): void {
    const path = id === '' ? '' : this.path(id);
    if (path === this.asked) return;
    this.asked = path;
    this.answer = this.problem = undefined;
    this.control?.abort();
    if (path !== '') void this.ask();
  }

  destroy(): void {
    this.control?.abort();
  }

  exported(): Exported | undefined {
    const rows = this.answer?.timeline.moments;
    return rows && exportedTable(this.page, `log-of-${this.page.param('follow')}`, { columns: FILE_COLUMNS, rows });
  }

  render(): Child {
    const { page, answer, problem } = this;
    const id = page.param('follow');
    const head = h(
      'div',
      { class: 'row' },
      h('a', { href: page.link('logs'), key: 'back' }, 'All lines'),
      copyButton(page, () => id, 'Copy id'),
      button('Follow live', () => page.setParams({ follow: '', id, in: '', line: '' }), {
        title: 'Shows lines with this id as they come',
        key: 'live',
      }),
      button('Ask again', () => void this.ask(), { key: 'again' }),
    );
    if (answer === undefined) {
      return grid(
        card(
          ['Following ', h('span', { class: 'mono' }, id)],
          { aside: head },
          problem === undefined ? waiting(page) : problemBox(problem),
        ),
      );
    }
    const { followed, timeline } = answer;
    return grid(
      card(
        ['Following ', h('span', { class: 'mono' }, id)],
        { aside: head, key: 'head' },
        problem !== undefined && problemBox(problem),
        this.summary(followed, timeline),
      ),
      card('What happened', { aside: this.where(followed), key: 'lines' }, this.lines(followed, timeline)),
    );
  }

  private path(id: string): string {
    const isInFiles = this.page.param('in') === 'files';
    return apiPath(`/admin/logs/of/${encodeURIComponent(id)}`, { files: isInFiles ? 'true' : undefined });
  }

  private async ask(): Promise<void> {
    this.control?.abort();
    const control = new AbortController();
    this.control = control;
    try {
      const followed = await this.page.api.get<Followed>(this.asked, control.signal);
      if (control.signal.aborted) return;
      this.answer = { followed, timeline: timelineOf(followed) };
      this.problem = undefined;
    } catch (error) {
      if (control.signal.aborted) return;
      this.problem = error instanceof ApiProblem ? error : new ApiProblem(0, 'FAILED', (error as Error).message);
    }
    this.page.refresh();
  }

  private summary({ records, request }: Followed, { span, start, related }: Timeline): VNode {
    const { page } = this;
    const worst = records.filter(({ record }) => toneOf(levelOf(record)) === 'bad').length;
    return h(
      'div',
      { class: 'stack' },
      facts(
        ...requestFacts(request),
        ['Began', h('span', { title: dateTime(start) }, clockMs(start))],
        ['Spans', duration(records.length === 0 ? null : span)],
        ['Lines', count(records.length)],
        ['Errors', worst === 0 ? '0' : badge(String(worst), 'bad')],
      ),
      related.length > 0 &&
        h(
          'div',
          { class: 'row small' },
          h('span', { class: 'quiet' }, 'Belongs to'),
          ...related.map(([name, id]) => h('a', { href: page.link('logs', { follow: id }), class: 'mono', key: id }, `${name} ${id}`)),
        ),
    );
  }

  private where({ records, searched }: Followed): Child {
    const { page } = this;
    const isInFiles = page.param('in') === 'files' || records.some(({ found_in }) => found_in === 'file');
    return h(
      'div',
      { class: 'row' },
      isInFiles ? `From ${count(searched.files)} ${searched.files === 1 ? 'file' : 'files'}` : 'From memory',
      !searched.is_complete && badge('there may be more', 'warn', 'In files that were not read, or beyond the most that is told'),
      !isInFiles && button('Search the files', () => page.setParams({ in: 'files' }), { key: 'files' }),
    );
  }

  private lines({ searched }: Followed, { moments }: Timeline): VNode {
    const { page } = this;
    const open = page.param('line');
    const columns: readonly Column<Moment>[] = [
      {
        id: 'offset',
        title: 'After',
        isNumber: true,
        show: ({ offset, item }) =>
          h('span', { title: clockMs(timeOfRecord(item.record)) }, offset === null ? '–' : offset === 0 ? '0' : `+${duration(offset)}`),
      },
      { id: 'track', title: 'When', show: (moment) => track(moment) },
      { id: 'level', title: 'Level', show: ({ item }) => levelBadge(item.record) },
      { id: 'source', title: 'Logger or event', isMinor: true, show: ({ item }) => sourceText(item.record) },
      { id: 'message', title: 'Message', show: ({ item }) => lineText(item.record) },
    ];
    return h(
      'div',
      { class: 'follow-lines log-follow' },
      table(page, {
        label: 'Lines of this id, the oldest first',
        columns,
        rows: moments,
        key: ({ index }) => String(index),
        most: 500,
        isOpen: ({ index }) => String(index) === open,
        open: ({ index }) => page.setParams({ line: String(index) === open ? '' : String(index) }),
        detail: ({ item }) =>
          h(
            'div',
            { class: 'stack' },
            item.file !== undefined && h('p', { class: 'quiet' }, `Found in ${item.file}`),
            logDetail(page, item.record),
          ),
        empty: empty(
          searched.files === 0
            ? 'Memory has no line with this id, and there are no files to search. Lines within a scope have its ids:'
            : `Neither memory nor ${searched.files} log files have a line with this id${searched.is_complete ? '' : ', as far as they were read'}. Lines within a scope have its ids:`,
          "import { runWithContext } from 'telemetry-bus';\n\nrunWithContext({ session_id: 's-17' }, () => {\n  log.info('Session taken'); // has the session_id\n});",
        ),
      }),
    );
  }
}

function requestFacts(request: RequestRow | null): readonly (readonly [string, Child])[] {
  if (request === null) return [];
  const { method, route, path, status, duration_ms, aborted } = request;
  return [
    ['Request', h('span', { class: 'mono', title: path }, `${method} ${route}`)],
    ['Status', statusBadge(status, aborted)],
    ['Took', duration(duration_ms)],
  ];
}

/** When within all of it, and how long. */
function track({ from, length, duration: ms, offset, item }: Moment): VNode {
  const tone = toneOf(levelOf(item.record));
  const text =
    offset === null ? 'at no known time' : `${ms === null ? '' : `took ${duration(ms)}, `}ended ${duration(offset)} after the first line`;
  return h(
    'div',
    { class: 'follow-track', title: text },
    h('div', { class: 'follow-gap', percent: Math.min(from, 100), 'aria-hidden': 'true' }),
    offset !== null && h('div', { class: `follow-bar tone-${tone}`, percent: length, 'aria-hidden': 'true' }),
    h('span', { class: 'hidden-label' }, text),
  );
}
