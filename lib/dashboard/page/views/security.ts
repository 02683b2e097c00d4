import type { SecurityEvent, SecurityLog } from '../../wire/security';
import { type Child, h, type VNode } from '../dom';
import { count } from '../format';
import { bar, button, card, choice, empty, filters, grid, tile, tiles, waiting } from '../parts';
import { type Column, exportedTable, type TableProps, table } from '../table';
import type { Exported, Page, View, ViewInstance } from '../view';
import { eventDetail, type NamedEvent, named, SEVERITIES, securityColumns } from './security-parts';

/** Who watches this page reads; that would be most of what is shown. */
const SHOWN = [
  ['events', 'all but reads of this API'],
  ['admin', 'done through this API'],
  ['library', 'noticed by the library'],
  ['all', 'everything'],
] as const;

const IS_SHOWN: Readonly<Record<string, (event: SecurityEvent) => boolean>> = {
  events: ({ admin }) => admin?.action !== 'read',
  admin: ({ admin }) => admin !== undefined,
  library: ({ source }) => source === 'library',
};

type Summary = readonly [name: string, count: number];

/** Security events, those among them that the library noticed, and what administrators did. */
export const securityView: View = {
  id: 'security',
  title: 'Security',
  key: 's',
  group: 'What happens',
  create: (page) => new SecurityView(page),
};

class SecurityView implements ViewInstance {
  constructor(private readonly page: Page) {}

  sources(): Readonly<Record<string, string>> {
    return { security: '/admin/logs/security?limit=100' };
  }

  render(): Child {
    const { page } = this;
    const answer = page.data<SecurityLog>('security');
    if (answer === undefined) return waiting(page, 'security');
    const { security_events: events, event_summary: summary, total_events: total } = answer;
    // What comes of looking at this page is no event of the application.
    const isBare = events.every(({ admin }) => admin !== undefined);
    return grid(
      tiles(
        tile('Events', count(total), { under: 'since the program began' }),
        ...SEVERITIES.map((severity) => {
          const among = events.filter((event) => event.severity === severity).length;
          const tone = among > 0 && (severity === 'critical' || severity === 'high') ? 'bad' : 'neutral';
          return tile(severity, count(among), {
            tone,
            under: `of the last ${count(events.length)}`,
            href: page.link('security', { severity, show: 'all' }),
          });
        }),
      ),
      card(
        'Events',
        { key: 'events' },
        this.filters(Object.keys(summary)),
        table(page, this.tableOf(answer)),
        isBare && total > 0 && NOTHING,
      ),
      card('How often', { key: 'summary', aside: 'since the program began' }, this.summary(Object.entries(summary))),
    );
  }

  exported(): Exported | undefined {
    const answer = this.page.data<SecurityLog>('security');
    return answer && exportedTable(this.page, 'security', this.tableOf(answer));
  }

  private filters(names: readonly string[]): VNode {
    const { page } = this;
    return filters(
      choice(page, 'show', 'Show', SHOWN),
      choice(page, 'severity', 'Severity', [['', 'any'], ...SEVERITIES.map((name) => [name, name] as const)]),
      choice(page, 'name', 'Name', [['', 'any'], ...[...names].sort().map((name) => [name, name] as const)]),
    );
  }

  private tableOf({ security_events: events, total_events: total }: SecurityLog): TableProps<NamedEvent> {
    const { page } = this;
    const [open, name, severity] = [page.param('event'), page.param('name'), page.param('severity')];
    const isShown = IS_SHOWN[page.param('show') || 'events'] ?? (() => true);
    const rows = named(events).filter(
      (event) => isShown(event) && (name === '' || event.event === name) && (severity === '' || event.severity === severity),
    );
    return {
      label: 'Security events, the newest first',
      columns: securityColumns(page),
      rows,
      key: ({ key }) => key,
      isOpen: ({ key }) => key === open,
      open: ({ key }) => page.setParams({ event: key === open ? '' : key }),
      detail: (event) => eventDetail(page, event),
      empty: total === 0 ? NOTHING : h('div', {}, empty(`None of the last ${count(events.length)} events is one of these.`), NOTICED),
    };
  }

  private summary(entries: readonly Summary[]): VNode {
    const { page } = this;
    const most = entries.reduce((top, [, number]) => Math.max(top, number), 1);
    const columns: readonly Column<Summary>[] = [
      {
        id: 'name',
        title: 'Name',
        value: ([name]) => name,
        show: ([name]) =>
          button(h('span', { class: 'mono' }, name), () => page.setParams({ name: page.param('name') === name ? '' : name, show: 'all' }), {
            pressed: page.param('name') === name,
            title: 'Only these',
          }),
      },
      { id: 'count', title: 'Count', value: ([, number]) => number, show: ([, number]) => bar(number / most, count(number)) },
    ];
    return table(page, {
      label: 'Security events by name',
      param: 'summary_sort',
      sort: '-count',
      columns,
      rows: entries,
      key: ([name]) => name,
      empty: h('p', { class: 'quiet' }, 'Nothing was counted yet.'),
    });
  }
}

const NOTICED: VNode = h(
  'p',
  { class: 'quiet' },
  'By itself the library notices many failures with one address or user (multiple_failed_attempts), many errors within a minute (high_error_rate), and errors that look like the trace of an attack (suspicious_error). Changes through this page, such as of a level, are authz_admin; reading logs is sensitive_read.',
);

const NOTHING: VNode = h(
  'div',
  {},
  empty(
    'No event of the application yet. It records those that only it can know:',
    "import { securityOf } from 'telemetry-bus/security';\n\nconst security = securityOf(app.telemetry);\nsecurity.record('authn_login_fail', { ip, user, endpoint: '/login' });\nsecurity.record('authz_fail', { ip, attempted_resource: 'invoice/7', blocked: true });",
  ),
  NOTICED,
);
