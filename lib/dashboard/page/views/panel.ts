import type { History } from '../../wire/history';
import type { PanelAnswer, PanelChart, PanelContent, PanelList, PanelTable, PanelTile } from '../../wire/panels';
import { type Child, h, type VNode } from '../dom';
import { count, number, withUnit } from '../format';
import { card, empty, grid, problemBox, tile, tiles, waiting } from '../parts';
import { type Column, exportedTable, type TableProps, table } from '../table';
import { apiPath } from '../url-state';
import type { Exported, Page, View, ViewInstance } from '../view';
import { panelChart } from './panel-chart';

type Row = PanelTable['rows'][number];

/** A panel of the application. */
export const panelView = ({ id, title, doc }: PanelList['panels'][number]): View => ({
  id: `panel-${id}`,
  title,
  key: '',
  group: 'Panels',
  create: (page) => new PanelView(page, id, doc),
});

class PanelView implements ViewInstance {
  constructor(
    private readonly page: Page,
    private readonly id: string,
    private readonly doc: string | null,
  ) {}

  sources(): Readonly<Record<string, string>> {
    // Of its charts, once it told which there are.
    const metrics = new Set(this.page.data<PanelAnswer>('panel')?.content?.charts?.map(({ metric }) => metric));
    return {
      panel: `/admin/panels/${encodeURIComponent(this.id)}`,
      ...Object.fromEntries([...metrics].map((metric) => [sourceOf(metric), apiPath('/admin/history', { metric, last: '5m' })])),
    };
  }

  render(): Child {
    const { page } = this;
    const answer = page.data<PanelAnswer>('panel');
    if (answer === undefined) return waiting(page, 'panel');
    const { content, error_id: errorId } = answer;
    const doc = this.doc !== null && h('p', { class: 'quiet text' }, this.doc);
    if (content === null) {
      return h(
        'div',
        { class: 'stack' },
        doc,
        problemBox({
          code: 'This panel can not be shown',
          message: answer.problem ?? 'The function of the application that reads it failed',
        }),
        errorId !== null &&
          h('p', {}, 'What it failed with: ', h('a', { href: page.link('logs', { follow: errorId }), class: 'mono' }, errorId)),
      );
    }
    const leftOut = answer.left_out;
    return h(
      'div',
      { class: 'stack' },
      doc,
      isEmpty(content) ? TEACHES : this.content(content),
      leftOut > 0 && h('p', { class: 'more' }, `${count(leftOut)} more were given than a panel has room for`),
    );
  }

  exported(): Exported | undefined {
    const first = this.page.data<PanelAnswer>('panel')?.content?.tables?.[0];
    return first && exportedTable(this.page, `panel-${this.id}`, this.tableOf(first, 0));
  }

  private content({ tiles: all = [], charts = [], tables = [], notes = [] }: PanelContent): VNode {
    const { page } = this;
    return grid(
      all.length > 0 && tiles(...all.map(tileOf)),
      ...charts.map((chart, at) =>
        card(
          chart.title,
          { class: charts.length === 1 ? '' : 'half', key: `chart-${at}`, aside: h('span', { class: 'mono' }, chart.metric) },
          this.chart(chart, at),
        ),
      ),
      ...tables.map((one, at) => card(one.title, { key: `table-${at}` }, table(page, this.tableOf(one, at)))),
      notes.length > 0 && h('div', { class: 'stack' }, ...notes.map((note, at) => h('p', { class: 'text', key: String(at) }, note))),
    );
  }

  private chart({ title, metric, column }: PanelChart, at: number): Child {
    const { page } = this;
    const history = page.data<History>(sourceOf(metric));
    if (history !== undefined) return panelChart(`chart-${at}`, title, history, column);
    const problem = page.problem(sourceOf(metric));
    if (problem?.status === 404)
      return h('p', { class: 'quiet' }, 'This metric has no history: it was not recorded yet, or the bus keeps none.');
    return waiting(page, sourceOf(metric));
  }

  private tableOf({ title, columns, rows }: PanelTable, at: number): TableProps<Row> {
    return {
      label: title,
      param: `sort_${at}`,
      columns: columns.map((name, place): Column<Row> => {
        const isNumber = rows.length > 0 && rows.every((row) => typeof row[place] === 'number' || (row[place] ?? null) === null);
        return {
          id: `${place}-${name}`,
          title: name,
          isNumber,
          value: (row) => row[place],
          show: (row) => cellText(row[place]),
          isMinor: place >= 4,
        };
      }),
      rows,
      // Rows have no name of their own.
      key: (row) => String(rows.indexOf(row)),
      empty: h('p', { class: 'quiet' }, 'There are no rows at the moment.'),
    };
  }
}

const sourceOf = (metric: string): string => `metric ${metric}`;

const isEmpty = ({ tiles: all = [], charts = [], tables = [], notes = [] }: PanelContent): boolean =>
  all.length + charts.length + tables.length + notes.length === 0;

const tileOf = ({ label, value, unit, tone }: PanelTile): VNode =>
  tile(label, typeof value === 'number' ? withUnit(value, unit) : (value ?? '–'), tone === undefined ? {} : { tone });

function cellText(value: Row[number] | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? (Number.isInteger(value) ? count(value) : number(value)) : String(value);
}

const TEACHES: VNode = empty(
  'This panel shows nothing at the moment. What its function returns stands here:',
  "definePanel({\n  id: 'queue',\n  title: 'Job queue',\n  read: () => ({\n    tiles: [{ label: 'Waiting', value: jobs.length }],\n    charts: [{ title: 'Jobs', metric: 'shop.job.stop' }],\n  }),\n});",
);
