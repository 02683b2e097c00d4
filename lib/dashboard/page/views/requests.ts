import '../styles/requests.css';
import type { RequestRow, Requests } from '../../wire/logs';
import { chart } from '../chart';
import { type Child, h, type VNode } from '../dom';
import { clockMs, count, dateTime, duration } from '../format';
import { button, card, empty, facts, filters, grid, waiting } from '../parts';
import { exportedTable, table } from '../table';
import { apiPath } from '../url-state';
import type { Exported, Page, View, ViewInstance } from '../view';
import { TypedFields } from './log-fields';
import { bestId } from './log-record';
import { requestColumns, requestDots, requestKey, statusBadge } from './requests-parts';

const TABS: readonly (readonly [which: string, label: string])[] = [
  ['', 'Latest'],
  ['slow', 'Slowest of the last hour'],
  ['failed', 'Failed'],
];

/** Single requests: the latest, the slowest, those that failed. */
export const requestsView: View = {
  id: 'requests',
  title: 'Requests',
  key: 'q',
  group: 'What happens',
  create: (page) => new RequestsView(page),
};

class RequestsView implements ViewInstance {
  private readonly fields: TypedFields;
  private routes: readonly string[] = [];
  /** The dots are drawn anew only for other rows. */
  private drawn: { readonly rows: readonly RequestRow[]; readonly node: VNode } | undefined;

  constructor(private readonly page: Page) {
    this.fields = new TypedFields(page);
  }

  sources(): Readonly<Record<string, string>> {
    const { page } = this;
    return {
      requests: apiPath('/admin/requests', {
        which: page.param('which'),
        route: page.param('route'),
        q: page.param('q').trim(),
        limit: 100,
      }),
    };
  }

  render(): Child {
    const { page, fields } = this;
    const answer = page.data<Requests>('requests');
    const rows = answer?.requests ?? [];
    // Suggestions stay when only one is left.
    if (page.param('route') === '' && rows.length > 0) this.routes = [...new Set(rows.map(({ route }) => route))].sort();
    return grid(
      card(
        'Requests',
        { aside: answer?.is_tracked ? `${count(answer.total)} since this page can be opened` : undefined, key: 'requests' },
        filters(
          h(
            'div',
            { class: 'row', role: 'group', 'aria-label': 'Which requests' },
            ...TABS.map(([which, label]) =>
              button(label, () => page.setParams({ which, request: '' }), { pressed: page.param('which') === which, key: label }),
            ),
          ),
          fields.field('route', 'Route', { placeholder: 'as it is shown', suggestions: this.routes, maxlength: 500 }),
          fields.field('q', 'Text', { placeholder: 'path, status, id', isSearch: true }),
        ),
        answer === undefined ? waiting(page, 'requests') : [this.dots(rows), h('div', { class: 'timings' }, this.table(rows, answer))],
      ),
    );
  }

  exported(): Exported | undefined {
    const rows = this.page.data<Requests>('requests')?.requests;
    return rows && exportedTable(this.page, 'requests', { columns: requestColumns(this.page, 0), rows });
  }

  destroy(): void {
    this.fields.destroy();
  }

  private dots(rows: readonly RequestRow[]): Child {
    if (rows.length < 2) return undefined;
    if (this.drawn?.rows !== rows) {
      const { ordered, data } = requestDots(rows);
      const pick = (_line: number, index: number): void => {
        const row = ordered[index];
        const id = row && bestId(row.ids);
        if (id !== undefined) this.page.open('logs', { follow: id });
        else if (row !== undefined) this.page.setParams({ request: requestKey(row) });
      };
      this.drawn = { rows, node: chart('dots', 'Duration of each request; a click follows it', { ...data, pick }) };
    }
    return this.drawn.node;
  }

  private table(rows: readonly RequestRow[], { is_tracked: isTracked }: Requests): VNode {
    const { page } = this;
    const open = page.param('request');
    const longest = rows.reduce((most, { duration_ms: ms }) => Math.max(most, ms), 0);
    return table(page, {
      label: 'Requests',
      columns: requestColumns(page, longest),
      rows,
      key: requestKey,
      isOpen: (row) => requestKey(row) === open,
      open: (row) => page.setParams({ request: requestKey(row) === open ? '' : requestKey(row) }),
      detail: (row) => this.detail(row),
      empty: this.nothing(isTracked),
    });
  }

  private detail({ time, method, route, path, status, duration_ms, class: name, aborted, ids }: RequestRow): VNode {
    const { page } = this;
    const endpoint = `${method} ${route}`;
    return facts(
      ['Began', h('span', { title: dateTime(time - duration_ms) }, clockMs(time - duration_ms))],
      ['Over', h('span', { title: dateTime(time) }, clockMs(time))],
      ['Took', duration(duration_ms)],
      ['Status', statusBadge(status, aborted)],
      ['Endpoint', h('a', { href: page.link('endpoints', { endpoint }), class: 'mono' }, endpoint)],
      ['Path', h('span', { class: 'mono' }, path)],
      ['Class', name ?? '–'],
      ...Object.entries(ids).map(([label, id]) => [label, h('a', { href: page.link('logs', { follow: id }), class: 'mono' }, id)] as const),
    );
  }

  private nothing(isTracked: boolean): VNode {
    const { page } = this;
    if (!isTracked) {
      return empty(
        'Nobody tracks the requests of this program. Two lines do, for every framework; then each request has its row here, its ids, and its lines:',
        "import { trackHttp } from 'telemetry-bus/node/http';\n\nconst http = trackHttp(app.telemetry);\nconst server = createServer(http.listener(handler)); // or app.use(http.express()), app.register(http.fastify()) …",
      );
    }
    if (page.param('route') !== '' || page.param('q') !== '') return empty('No request that is kept passes these filters.');
    if (page.param('which') === 'failed')
      return empty('No request failed: none was answered with 500 or more, or ended with an exception.');
    return empty('No request was answered since this page can be opened. Send one:', 'curl -i http://localhost:3000/');
  }
}
