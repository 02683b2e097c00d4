import '../styles/requests.css';
import type { Slow, SlowOperation, SlowWatch, Tally } from '../../wire/slow';
import { type Child, h, type VNode } from '../dom';
import { ago, count, dateTime, duration, percent } from '../format';
import { badge, bar, button, card, choice, empty, facts, filters, grid, tile, tiles, waiting } from '../parts';
import { type Column, exportedTable, type TableProps, table } from '../table';
import { apiPath } from '../url-state';
import type { Exported, Page, View, ViewInstance } from '../view';
import { followLink } from './requests-parts';
import { countsCard, proposalsCard } from './slow-thresholds';

/** What stands in the context of an operation and can be followed; the first that is there. */
const IDS = ['request_id', 'trace_id', 'session_id', 'span_id'] as const;

/** What took longer than it should: operations and requests, and from where on something does. */
export const slowView: View = {
  id: 'slow',
  title: 'Slow operations',
  key: 'w',
  group: 'What happens',
  create: (page) => new SlowView(page),
};

class SlowView implements ViewInstance {
  constructor(private readonly page: Page) {}

  sources(): Readonly<Record<string, string>> {
    const { page } = this;
    return {
      slow: apiPath('/admin/slow', {
        class: page.param('class'),
        event: page.param('event'),
        limit: 200,
        // They cost the program some time, and change slowly.
        proposals: this.isProposing ? 'true' : 'false',
      }),
    };
  }

  render(): Child {
    const { page } = this;
    const slow = page.data<Slow>('slow');
    if (slow === undefined) return waiting(page, 'slow');
    if (slow.operations === null && slow.requests === null) return card('Slow operations', {}, NOBODY);
    return grid(
      this.totals(slow),
      this.tabs(),
      this.isProposing
        ? h('div', { class: 'stack timings' }, proposalsCard(page, slow), countsCard(page, slow))
        : [this.slowest(slow), countsCard(page, slow)],
    );
  }

  exported(): Exported | undefined {
    const slow = this.page.data<Slow>('slow');
    return slow && exportedTable(this.page, 'slow', this.tableOf(slow));
  }

  private get isProposing(): boolean {
    return this.page.param('tab') === 'thresholds';
  }

  private tabs(): VNode {
    const { page } = this;
    const tab = (name: string, label: string): VNode =>
      button(label, () => page.setParams({ tab: name }), { pressed: page.param('tab') === name, key: label });
    return h(
      'div',
      { class: 'row', role: 'group', 'aria-label': 'Part of this view' },
      tab('', 'The slowest'),
      tab('thresholds', 'Thresholds'),
    );
  }

  private totals({ operations, requests }: Slow): VNode {
    const of = (label: string, watch: SlowWatch | null): Child => {
      if (watch === null) return tile(label, '–', { under: 'nobody watches' });
      const { total } = watch.counts;
      const tone = total.verySlow > 0 ? 'bad' : total.slow > 0 ? 'warn' : 'good';
      return [
        tile(label, count(total.count), { under: 'judged' }),
        tile(`${label}: slow`, count(total.slow), { under: share(total.slow, total), tone: total.slow > 0 ? 'warn' : 'neutral' }),
        tile(`${label}: very slow`, count(total.verySlow), {
          under: share(total.verySlow, total),
          tone: tone === 'bad' ? 'bad' : 'neutral',
        }),
      ];
    };
    return tiles(of('Operations', operations), of('Requests', requests));
  }

  private slowest(slow: Slow): VNode {
    const { page } = this;
    const classes = [...new Set([slow.operations, slow.requests].flatMap((watch) => Object.keys(watch?.thresholds.classes ?? {})))].sort();
    const events = [...new Set([slow.operations, slow.requests].flatMap((watch) => Object.keys(watch?.counts.events ?? {})))].sort();
    const any = ['', 'any'] as const;
    return card(
      'The slowest',
      { key: 'slowest', aside: 'of the last hour unless the program says otherwise' },
      filters(
        choice(page, 'class', 'Class', [any, ...classes.map((name) => [name, name] as const)]),
        choice(page, 'event', 'Event', [any, ...events.map((name) => [name, name] as const)]),
      ),
      h('div', { class: 'timings' }, table(page, this.tableOf(slow))),
    );
  }

  private tableOf({ slowest }: Slow): TableProps<SlowOperation> {
    const { page } = this;
    const open = page.param('open');
    const longest = slowest.reduce((most, { duration_ms: ms }) => Math.max(most, ms), 1);
    const key = ({ time, event, duration_ms: ms }: SlowOperation): string => `${time}-${event}-${ms}`;
    return {
      label: 'The slowest operations and requests',
      columns: this.columns(longest),
      rows: slowest,
      key,
      isOpen: (row) => key(row) === open,
      open: (row) => page.setParams({ open: key(row) === open ? '' : key(row) }),
      detail: (row) => this.detail(row),
      empty: empty(
        'Nothing was slow lately. Something is slow when its duration is over the threshold of its event or its class:',
        "const events = defineEvents('coder', {\n  llm: {\n    response: defineEvent<{ duration: number }, { model: string }>({ slow: { warn: '5s', error: '10s' } }),\n  },\n});",
      ),
    };
  }

  private columns(longest: number): readonly Column<SlowOperation>[] {
    const { page } = this;
    return [
      {
        id: 'time',
        title: 'When',
        value: ({ time }) => time,
        show: ({ time }) => h('span', { title: dateTime(time) }, ago(time, page.now())),
      },
      {
        id: 'description',
        title: 'What',
        value: ({ description }) => description,
        show: ({ description, event }) =>
          description === event
            ? h('a', { href: page.link('events', { event }), class: 'mono' }, event)
            : [h('span', {}, description), ' ', h('a', { href: page.link('events', { event }), class: 'mono small quiet' }, event)],
      },
      { id: 'class', title: 'Class', isMinor: true, value: ({ class: name }) => name, show: ({ class: name }) => name ?? '–' },
      {
        id: 'duration_ms',
        title: 'Took',
        isNumber: true,
        value: ({ duration_ms: ms }) => ms,
        show: ({ duration_ms: ms, severity }) => bar(ms / longest, duration(ms), severity === 'very_slow' ? 'bad' : 'warn'),
      },
      {
        id: 'threshold_ms',
        title: 'Threshold',
        isNumber: true,
        isMinor: true,
        value: ({ threshold_ms: ms }) => ms,
        show: ({ threshold_ms: ms }) => duration(ms),
      },
      {
        id: 'severity',
        title: 'Severity',
        isMinor: true,
        value: ({ severity }) => severity,
        show: ({ severity }) => severityBadge(severity),
      },
      { id: 'id', title: 'Lines', value: (row) => idOf(row), show: (row) => followLink(page, idOf(row)) },
    ];
  }

  private detail({ event, duration_ms: ms, threshold_ms: threshold, severity, time, context, metadata }: SlowOperation): VNode {
    const { page } = this;
    const isId = (name: string): boolean => (IDS as readonly string[]).includes(name);
    return facts(
      ['Event', h('a', { href: page.link('events', { event }), class: 'mono' }, event)],
      ['Over', dateTime(time)],
      ['Took', `${duration(ms)}, ${duration(ms - threshold)} over the threshold`],
      ['Severity', severityBadge(severity)],
      ...Object.entries(context).map(
        ([name, value]) =>
          [
            name,
            isId(name) && value !== null
              ? h('a', { href: page.link('logs', { follow: String(value) }), class: 'mono' }, String(value))
              : String(value),
          ] as const,
      ),
      ...Object.entries(metadata).map(([name, value]) => [name, String(value)] as const),
    );
  }
}

const severityBadge = (severity: SlowOperation['severity']): VNode =>
  severity === 'very_slow' ? badge('very slow', 'bad') : badge('slow', 'warn');

const share = (part: number, { count: all }: Tally): string => (all === 0 ? ' ' : `${percent(part / all)} of those judged`);

function idOf({ context }: SlowOperation): string | undefined {
  const name = IDS.find((one) => context[one] !== undefined && context[one] !== null);
  return name === undefined ? undefined : String(context[name]);
}

const NOBODY: VNode = empty(
  'Nobody watches for slow operations. startTelemetry does by itself unless it is told slow: false, and the admin API sees it when it is made for what startTelemetry returned. Requests are watched where they are tracked:',
  "import { serveAdmin } from 'telemetry-bus/node/admin';\nimport { trackHttp } from 'telemetry-bus/node/http';\n\nawait using app = await startTelemetry({ app: 'shop' });\nconst http = trackHttp(app.telemetry);\nawait serveAdmin(app, { tokens });",
);
