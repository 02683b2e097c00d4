/** How many durations fell into which range at which time: darker is more. Percentiles are lines on top, outliers are dots to click on. */
import type { Heatmap, Outlier } from '../wire/history';
import { h, type Island, island, type VNode } from './dom';
import { clock, count, withUnit } from './format';
import { colour, onTheme } from './theme';

interface HeatData {
  readonly heat: Heatmap;
  readonly outliers: readonly Outlier[];
  readonly pick: (outlier: Outlier) => void;
}

const [LEFT, BOTTOM, TOP] = [62, 20, 6];
const HEIGHT = 220;
const DOT = 4;
const LINES = ['p50', 'p95', 'p99'] as const;

/** @param outliers - Shown as dots where their time is on the map. @param pick - Called with the one that was clicked on. */
export function heatmap(key: string, heat: Heatmap, outliers: readonly Outlier[], pick: (outlier: Outlier) => void): VNode {
  const last = (name: (typeof LINES)[number]): string =>
    withUnit(
      heat.percentiles[name].findLast((value) => value !== null),
      heat.unit,
    );
  const label = `Latency heatmap of ${heat.metric}: p50 ${last('p50')}, p95 ${last('p95')}, p99 ${last('p99')}`;
  return h(
    'div',
    { class: 'heat', key },
    h(
      'div',
      { role: 'img', 'aria-label': label },
      island('map', { class: 'heat-map' }, (host) => new Heat(host), { heat, outliers, pick }),
    ),
    h(
      'ul',
      { class: 'legend' },
      ...LINES.map((name, at) =>
        h('li', { key: name }, h('span', { class: `swatch line-${at + 1}`, 'aria-hidden': 'true' }), `${name} `, h('b', {}, last(name))),
      ),
      h('li', { key: 'heat' }, h('span', { class: 'swatch heat-scale', 'aria-hidden': 'true' }), 'few to many'),
      outliers.length > 0 &&
        h('li', { key: 'dots' }, h('span', { class: 'swatch heat-dot', 'aria-hidden': 'true' }), 'slowest: click to follow'),
    ),
  );
}

/** Edges are where a histogram has them, such as 999.4 ms; two digits say what they are about. */
const edge = (value: number | undefined, unit: string): string =>
  withUnit(value === undefined ? value : Number(value.toPrecision(2)), unit);

class Heat implements Island<HeatData> {
  private readonly canvas = document.createElement('canvas');
  private readonly told = document.createElement('div');
  private readonly seen: ResizeObserver;
  private readonly forget: () => void;
  private data: HeatData | undefined;
  private dots: { readonly x: number; readonly y: number; readonly outlier: Outlier }[] = [];
  private width = 0;

  constructor(private readonly host: HTMLElement) {
    this.told.className = 'plot-reading';
    host.style.height = `${HEIGHT}px`;
    host.append(this.canvas, this.told);
    this.seen = new ResizeObserver(() => this.draw());
    this.seen.observe(host);
    this.forget = onTheme(() => this.draw());
    this.canvas.addEventListener('mousemove', (event) => this.tell(event));
    this.canvas.addEventListener('mouseleave', () => {
      this.told.textContent = '';
    });
    this.canvas.addEventListener('click', (event) => {
      const dot = this.dotAt(event);
      if (dot !== undefined) this.data?.pick(dot.outlier);
    });
  }

  update(data: HeatData): void {
    if (this.data?.heat === data.heat && this.data.outliers === data.outliers) {
      this.data = data;
      return;
    }
    this.data = data;
    this.draw();
  }

  destroy(): void {
    this.seen.disconnect();
    this.forget();
  }

  private draw(): void {
    const { data, host, canvas } = this;
    const width = Math.floor(host.clientWidth);
    if (data === undefined || width === 0) return;
    const scale = Math.min(3, devicePixelRatio || 1);
    if (canvas.width !== width * scale) {
      canvas.width = width * scale;
      canvas.height = HEIGHT * scale;
      canvas.style.width = `${width}px`;
      canvas.style.height = `${HEIGHT}px`;
    }
    this.width = width;
    const pen = canvas.getContext('2d');
    if (pen === null) return;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, HEIGHT);
    this.cells(pen, data.heat);
    this.axes(pen, data.heat);
    for (const [at, name] of LINES.entries()) this.line(pen, data.heat.percentiles[name], colour(`line-${at + 1}`));
    this.outliers(pen, data);
  }

  private get plotWidth(): number {
    return this.width - LEFT - 4;
  }

  /** Where a row of time begins. */
  private x(at: number): number {
    return LEFT + (at / Math.max(1, this.data?.heat.times.length ?? 1)) * this.plotWidth;
  }

  /** Where a value is: ranges are as high as each other, as their edges grow by a factor. */
  private y(value: number): number {
    const bounds = this.data?.heat.bounds ?? [];
    const ranges = Math.max(1, bounds.length - 1);
    let at = bounds.findIndex((bound) => bound > value);
    if (at < 0) at = bounds.length;
    const [low, high] = [bounds[at - 1], bounds[at]];
    const within =
      low === undefined
        ? 0
        : high === undefined
          ? 0
          : low > 0
            ? Math.log(value / low) / Math.log(high / low)
            : (value - low) / (high - low);
    const place = Math.max(0, Math.min(ranges, at - 1 + Math.max(0, within)));
    return TOP + (1 - place / ranges) * (HEIGHT - BOTTOM - TOP);
  }

  private cells(pen: CanvasRenderingContext2D, heat: Heatmap): void {
    const ranges = Math.max(1, heat.bounds.length - 1);
    const most = heat.counts.reduce((top, row) => row.reduce((one, value) => Math.max(one, value), top), 0);
    if (most === 0) return;
    const high = (HEIGHT - BOTTOM - TOP) / ranges;
    pen.fillStyle = colour('heat');
    heat.counts.forEach((row, at) => {
      const left = this.x(at);
      const wide = Math.max(1, this.x(at + 1) - left);
      row.forEach((value, range) => {
        if (value === 0) return;
        // Counts differ by orders of magnitude: a single one must be seen beside thousands.
        pen.globalAlpha = 0.15 + 0.85 * (Math.log1p(value) / Math.log1p(most));
        pen.fillRect(left, TOP + (ranges - 1 - range) * high, wide + 0.5, Math.max(1, high - 0.5));
      });
    });
    pen.globalAlpha = 1;
  }

  private axes(pen: CanvasRenderingContext2D, { bounds, times, unit }: Heatmap): void {
    pen.font = '11px ui-sans-serif, system-ui, sans-serif';
    pen.fillStyle = colour('ink-soft');
    pen.strokeStyle = colour('rule');
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    const step = Math.max(1, Math.ceil((bounds.length - 1) / 6));
    for (let at = 0; at < bounds.length; at += step) {
      const y = this.y(bounds[at] as number);
      pen.fillText(edge(bounds[at], unit), LEFT - 6, Math.max(7, y));
      pen.globalAlpha = 0.5;
      pen.beginPath();
      pen.moveTo(LEFT, y);
      pen.lineTo(this.width, y);
      pen.stroke();
      pen.globalAlpha = 1;
    }
    pen.textAlign = 'center';
    const every = Math.max(1, Math.ceil(times.length / Math.max(1, Math.floor(this.plotWidth / 90))));
    for (let at = Math.floor(every / 2); at < times.length; at += every) pen.fillText(clock(times[at]), this.x(at + 0.5), HEIGHT - 8);
  }

  private line(pen: CanvasRenderingContext2D, values: readonly (number | null)[], stroke: string): void {
    pen.strokeStyle = stroke;
    pen.lineWidth = 1.5;
    pen.beginPath();
    let isDown = false;
    values.forEach((value, at) => {
      if (value === null) {
        isDown = false;
        return;
      }
      const [x, y] = [this.x(at + 0.5), this.y(value)];
      if (isDown) pen.lineTo(x, y);
      // One alone is seen, too.
      else pen.moveTo(x - 1, y);
      if (!isDown) pen.lineTo(x + 1, y);
      isDown = true;
    });
    pen.stroke();
  }

  private outliers(pen: CanvasRenderingContext2D, { heat, outliers }: HeatData): void {
    this.dots = [];
    const [first, last] = [heat.times[0], heat.times.at(-1)];
    if (first === undefined || last === undefined) return;
    const span = last + heat.step_ms - first;
    pen.lineWidth = 1.5;
    for (const outlier of outliers) {
      if (outlier.time < first || outlier.time > last + heat.step_ms) continue;
      const [x, y] = [LEFT + ((outlier.time - first) / span) * this.plotWidth, this.y(outlier.duration_ms)];
      pen.fillStyle = colour('paper');
      pen.strokeStyle = colour('bad');
      pen.beginPath();
      pen.arc(x, y, DOT, 0, Math.PI * 2);
      pen.fill();
      pen.stroke();
      this.dots.push({ x, y, outlier });
    }
  }

  private dotAt({ offsetX, offsetY }: MouseEvent): { readonly outlier: Outlier } | undefined {
    let best: { readonly outlier: Outlier } | undefined;
    let least = (DOT * 3) ** 2;
    for (const dot of this.dots) {
      const away = (dot.x - offsetX) ** 2 + (dot.y - offsetY) ** 2;
      if (away < least) [best, least] = [dot, away];
    }
    return best;
  }

  private tell(event: MouseEvent): void {
    const dot = this.dotAt(event);
    this.canvas.style.cursor = dot === undefined ? '' : 'pointer';
    const heat = this.data?.heat;
    if (heat === undefined) return;
    if (dot !== undefined) {
      const { outlier } = dot;
      this.told.textContent = `${clock(outlier.time)}  ${outlier.event} ${withUnit(outlier.duration_ms, 'ms')}: click to follow`;
      return;
    }
    const at = Math.floor(((event.offsetX - LEFT) / this.plotWidth) * heat.times.length);
    const ranges = heat.bounds.length - 1;
    const range = Math.floor((1 - (event.offsetY - TOP) / (HEIGHT - BOTTOM - TOP)) * ranges);
    const time = heat.times[at];
    if (time === undefined || range < 0 || range >= ranges) {
      this.told.textContent = '';
      return;
    }
    const [low, high] = [heat.bounds[range], heat.bounds[range + 1]];
    this.told.textContent = `${clock(time)}  ${edge(low, heat.unit)} to ${edge(high, heat.unit)}: ${count(heat.counts[at]?.[range] ?? 0)}`;
  }
}
