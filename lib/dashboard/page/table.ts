/** Tables that are sorted by their heads; which column, stands in the address. */
import { type Child, h, type VNode } from './dom';
import type { Exported, Page } from './view';

type Cell = string | number | boolean | null | undefined;

export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** Numbers are aligned at their end. */
  readonly isNumber?: boolean;
  /** What is shown. */
  readonly show: (row: Row) => Child;
  /** What it is sorted by, and what stands in a CSV file; without it the column is neither. */
  readonly value?: (row: Row) => Cell;
  /** Left out where there is little room. */
  readonly isMinor?: boolean;
}

export interface TableProps<Row> {
  /** Names the table for those who can't see it. */
  readonly label: string;
  /** Parameter of the address with column and direction: `p95_ms` or `-p95_ms`. Default: `sort`. */
  readonly param?: string;
  /** Column id, with `-` before it for the highest first; empty: as the rows come. */
  readonly sort?: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly key: (row: Row) => string;
  /** What a click on the row, or Enter on it, does. */
  readonly open?: (row: Row) => void;
  readonly isOpen?: (row: Row) => boolean;
  /** What is there, and has nothing to tell. */
  readonly isFaint?: (row: Row) => boolean;
  /** Stands under an open row, over all columns. */
  readonly detail?: (row: Row) => Child;
  /** Shown instead of a table without rows. */
  readonly empty?: Child;
  /** How many rows; what is beyond is counted in a line. Default: 200. */
  readonly most?: number;
}

const MOST = 200;

/** Rows in the order that the address asks for. */
function sorted<Row>(page: Pick<Page, 'param'>, props: Pick<TableProps<Row>, 'param' | 'sort' | 'columns' | 'rows'>): readonly Row[] {
  const { column, isDown } = sortOf(page, props);
  if (column?.value === undefined) return props.rows;
  const { value } = column;
  const sign = isDown ? -1 : 1;
  // What is not known comes last, whichever way.
  return [...props.rows].sort((a, b) => {
    const [one, other] = [value(a), value(b)];
    if (one === null || one === undefined) return other === null || other === undefined ? 0 : 1;
    if (other === null || other === undefined) return -1;
    return one === other ? 0 : (one < other ? -1 : 1) * sign;
  });
}

function sortOf<Row>(
  page: Pick<Page, 'param'>,
  { param = 'sort', sort = '', columns }: Pick<TableProps<Row>, 'param' | 'sort' | 'columns'>,
): { readonly column: Column<Row> | undefined; readonly isDown: boolean } {
  const wanted = page.param(param) || sort;
  const isDown = wanted.startsWith('-');
  return { column: columns.find(({ id }) => id === wanted.slice(isDown ? 1 : 0)), isDown };
}

export function table<Row>(page: Page, props: TableProps<Row>): VNode {
  const { label, param = 'sort', columns, rows, key, open, isOpen, isFaint, detail, most = MOST } = props;
  if (rows.length === 0 && props.empty !== undefined) return h('div', {}, props.empty);
  const { column: by, isDown } = sortOf(page, props);
  const head = columns.map((column) => {
    const { id, title, isNumber, isMinor, value } = column;
    const isBy = by === column;
    const next = isBy ? (isDown ? id : `-${id}`) : isNumber ? `-${id}` : id;
    const sign = isBy ? (isDown ? ' ↓' : ' ↑') : '';
    return h(
      'th',
      {
        key: id,
        scope: 'col',
        class: classOf(isNumber, isMinor),
        ...(isBy && { 'aria-sort': isDown ? 'descending' : 'ascending' }),
      },
      value === undefined
        ? title
        : h('button', { type: 'button', class: 'sort', on: { click: () => page.setParams({ [param]: next }) } }, `${title}${sign}`),
    );
  });
  const all = sorted(page, props);
  const body = all.slice(0, most).flatMap((row) => {
    const id = key(row);
    const isRowOpen = isOpen?.(row) === true;
    const cells = columns.map(({ id: name, isNumber, isMinor, show }, at) =>
      h('td', { key: name, class: classOf(isNumber, isMinor) }, at === 0 && detail !== undefined && sign(isRowOpen), show(row)),
    );
    const line = h(
      'tr',
      {
        key: id,
        class: `${open === undefined ? '' : 'can-open'}${isRowOpen ? ' is-open' : ''}${isFaint?.(row) === true ? ' is-faint' : ''}`.trim(),
        ...(open !== undefined && {
          tabindex: '0',
          on: {
            click: (event) => {
              // Links and buttons within do their own; who selects text opens nothing.
              const isOther = (event.target as Element).closest('a,button,input,select') !== null;
              if (!isOther && String(getSelection() ?? '') === '') open(row);
            },
            keydown: (event) => {
              if ((event as KeyboardEvent).key === 'Enter' && event.target === event.currentTarget) open(row);
            },
          },
        }),
      },
      ...cells,
    );
    return isRowOpen && detail !== undefined
      ? [line, h('tr', { key: `${id}\u0000`, class: 'detail' }, h('td', { colspan: columns.length }, detail(row)))]
      : [line];
  });
  return h(
    'div',
    // It is scrolled by keyboard as well.
    { class: 'table-box', tabindex: '0', role: 'region', 'aria-label': label },
    h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...body)),
    all.length > most && h('p', { class: 'more' }, `${all.length - most} more; narrow the search to see them`),
  );
}

/** Rows of a table have no word for being open; a screen reader hears this one. */
const sign = (isOpen: boolean): VNode =>
  h(
    'span',
    { class: 'row-sign', key: '\u0000sign' },
    h('span', { 'aria-hidden': 'true' }, isOpen ? '▾' : '▸'),
    h('span', { class: 'hidden-label' }, isOpen ? 'open: ' : 'closed: '),
  );

const classOf = (isNumber: boolean | undefined, isMinor: boolean | undefined): string =>
  [isNumber ? 'number' : '', isMinor ? 'minor' : ''].filter(Boolean).join(' ');

/** A table as it is saved: all rows in the order they are shown in. */
export function exportedTable<Row>(
  page: Pick<Page, 'param'>,
  name: string,
  props: Pick<TableProps<Row>, 'param' | 'sort' | 'columns' | 'rows'>,
): Exported {
  const columns = props.columns.filter(({ value }) => value !== undefined);
  return {
    name,
    columns: columns.map(({ id }) => id),
    rows: sorted(page, props).map((row) => columns.map(({ value }) => value?.(row))),
  };
}
