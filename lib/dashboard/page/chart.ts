/** Time series as lines, drawn by uPlot. What is drawn is also told in words, for those who can't see it. */
import uPlot from 'uplot';
import { h, type Island, island, type VNode } from './dom';
import { clock, withUnit } from './format';
import { colour, onTheme } from './theme';

export interface Line {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Number of a line colour, 1 to 8; default: in order. */
  readonly colour?: number;
  /** Filled down to the axis. */
  readonly isArea?: boolean;
  /** Points without a line between them: outliers. */
  readonly isDots?: boolean;
}

export interface ChartData {
  /** ms since the epoch, ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  /** As `withUnit` takes it. */
  readonly unit?: string | null;
  /** Logarithmic: for latencies. */
  readonly isLog?: boolean;
  /** The axis begins at 0; default: true unless `isLog`. */
  readonly isFromZero?: boolean;
  /** At most, such as 1 for parts of one. */
  readonly most?: number;
  /** Height in px. Default: 160. */
  readonly height?: number;
  /** A click near a point. */
  readonly pick?: (line: number, index: number) => void;
}

/** Draws lines over time. @param key - Tells it from other charts of the view. @param label - What it shows, in words. */
export function chart(key: string, label: string, data: ChartData): VNode {
  const told = data.lines.map(
    ({ label: name, values }) =>
      `${name} ${withUnit(
        values.findLast((value) => value !== null),
        data.unit,
      )}`,
  );
  return h(
    'div',
    { class: 'chart', key, role: 'img', 'aria-label': `${label}: ${told.join(', ')}` },
    island('plot', { class: 'plot' }, (host) => new Plot(host), data),
  );
}

const HEIGHT = 160;
/** Bytes are told in powers of 1,024: so is their axis divided. */
const BYTE_STEPS: number[] = Array.from({ length: 50 }, (_, power) => 2 ** power);
const isBytes = (unit: string | null | undefined): boolean => /^(?:bytes?|By)$/.test(unit ?? '');
const AXIS_PX = 62;

class Plot implements Island<ChartData> {
  private plot: uPlot | undefined;
  private data: ChartData | undefined;
  private shape = '';
  private readonly seen: ResizeObserver;
  private readonly forget: () => void;
  private readonly click = (): void => {
    const { plot, data } = this;
    const at = plot?.cursor.idx;
    if (plot === undefined || data?.pick === undefined || typeof at !== 'number') return;
    // The nearest point to the pointer counts.
    const { top = 0 } = plot.cursor;
    const distances = data.lines.map(({ values }, line) => {
      const value = values[at];
      return value === null || value === undefined
        ? Number.POSITIVE_INFINITY
        : Math.abs(plot.valToPos(value, 'y') - top) + (line === 0 ? 0.5 : 0);
    });
    const nearest = distances.indexOf(Math.min(...distances));
    if (Number.isFinite(distances[nearest] ?? Number.NaN)) data.pick(nearest, at);
  };

  constructor(private readonly host: HTMLElement) {
    this.seen = new ResizeObserver(() => this.resize());
    this.seen.observe(host);
    host.addEventListener('click', this.click);
    this.forget = onTheme(() => this.rebuild());
  }

  update(data: ChartData): void {
    if (this.data === data) return;
    this.data = data;
    const shape = JSON.stringify([
      data.lines.map(({ values: _, ...line }) => line),
      data.unit,
      data.isLog,
      data.isFromZero,
      data.most,
      data.height,
    ]);
    this.host.style.height = `${data.height ?? HEIGHT}px`;
    if (shape !== this.shape || this.plot === undefined) {
      this.shape = shape;
      this.rebuild();
    } else this.plot.setData(aligned(data));
  }

  destroy(): void {
    this.seen.disconnect();
    this.forget();
    this.host.removeEventListener('click', this.click);
    this.plot?.destroy();
    this.plot = undefined;
  }

  private resize(): void {
    const width = Math.floor(this.host.clientWidth);
    if (width === 0 || this.data === undefined) return;
    if (this.plot === undefined) this.rebuild();
    else if (this.plot.width !== width) this.plot.setSize({ width, height: this.data.height ?? HEIGHT });
  }

  private rebuild(): void {
    const { data, host } = this;
    const width = Math.floor(host.clientWidth);
    if (data === undefined || width === 0) return;
    this.plot?.destroy();
    this.plot = new uPlot(optionsOf(data, width), aligned(data), host);
  }
}

const aligned = ({ times, lines, isLog }: ChartData): uPlot.AlignedData =>
  [
    times.map((time) => time / 1000),
    // A logarithm has no place for nothing.
    ...lines.map(({ values }) => (isLog ? values.map((value) => (value !== null && value > 0 ? value : null)) : [...values])),
  ] as unknown as uPlot.AlignedData;

function optionsOf(data: ChartData, width: number): uPlot.Options {
  const { unit, isLog = false, isFromZero = !isLog, most, height = HEIGHT } = data;
  const [ink, rule] = [colour('ink-soft'), colour('rule')];
  const font = '11px ui-sans-serif, system-ui, sans-serif';
  const axis = { stroke: ink, font, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1, size: 4 } };
  return {
    width,
    height,
    legend: { show: false },
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    plugins: [reading(data)],
    scales: {
      x: { time: true },
      y: isLog ? { distr: 3, log: 10 } : { range: (_, low, high) => rangeOf(low, high, isFromZero, most) },
    },
    axes: [
      { ...axis, space: 70, size: 26, values: (_, splits) => splits.map((at) => clock(at * 1000)) },
      {
        ...axis,
        size: AXIS_PX,
        ...(isBytes(unit) && { incrs: BYTE_STEPS }),
        values: (_, splits) => splits.map((at) => (at === null ? '' : withUnit(at, unit))),
      },
    ],
    series: [
      {},
      ...data.lines.map((line, index): uPlot.Series => {
        const stroke = colour(`line-${line.colour ?? (index % 8) + 1}`);
        return {
          label: line.label,
          stroke,
          width: 1.5,
          spanGaps: false,
          ...(line.isArea && { fill: `${stroke}22` }),
          ...(line.isDots ? { paths: () => null, points: { show: true, size: 7, fill: stroke } } : { points: { show: false } }),
        };
      }),
    ],
  };
}

function rangeOf(low: number | null, high: number | null, isFromZero: boolean, most: number | undefined): [number, number] {
  const top = high === null || !Number.isFinite(high) ? 1 : high;
  const bottom = isFromZero || low === null || !Number.isFinite(low) ? Math.min(0, low ?? 0) : low;
  const room = (top - bottom) * 0.08 || Math.abs(top) * 0.1 || 1;
  return [bottom, most === undefined ? top + room : Math.max(most, top)];
}

/** Tells the values under the pointer, in a line above the chart: it covers nothing, and nothing jumps. */
function reading(data: ChartData): uPlot.Plugin {
  let line: HTMLElement;
  return {
    hooks: {
      init: (plot) => {
        line = document.createElement('div');
        line.className = 'plot-reading';
        plot.root.append(line);
      },
      setCursor: (plot) => {
        const { idx } = plot.cursor;
        if (typeof idx !== 'number') {
          line.textContent = '';
          return;
        }
        const told = plot.series.slice(1).map((series, at) => `${series.label} ${withUnit(plot.data[at + 1]?.[idx] ?? null, data.unit)}`);
        line.textContent = `${clock((plot.data[0][idx] ?? 0) * 1000)}  ${told.join('  ')}`;
      },
    },
  };
}

/** Names of the lines with their colours and last values, below a chart. */
export function legend(data: ChartData): VNode {
  return h(
    'ul',
    { class: 'legend' },
    ...data.lines.map(({ label, values, colour: own }, index) =>
      h(
        'li',
        { key: label },
        h('span', { class: `swatch line-${own ?? (index % 8) + 1}`, 'aria-hidden': 'true' }),
        `${label} `,
        h(
          'b',
          {},
          withUnit(
            values.findLast((value) => value !== null),
            data.unit,
          ),
        ),
      ),
    ),
  );
}
