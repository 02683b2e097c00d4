/** A few numbers as a small line, for rows of tables. */
import { type Island, island, type VNode } from './dom';
import { colour, onTheme } from './theme';

interface SparkData {
  readonly values: readonly (number | null)[];
  readonly isBars: boolean;
}

const [WIDTH, HEIGHT] = [96, 22];

/** @param label - What it shows, in words. @param isBars - Bars instead of a line: for counts. */
export function spark(key: string, label: string, values: readonly (number | null)[], isBars: boolean = false): VNode {
  return island(key, { class: 'spark', role: 'img', 'aria-label': label }, (host) => new Spark(host), { values, isBars });
}

class Spark implements Island<SparkData> {
  private readonly canvas = document.createElement('canvas');
  private readonly forget: () => void;
  private data: SparkData = { values: [], isBars: false };
  private drawn = '';

  constructor(host: HTMLElement) {
    const scale = Math.min(3, devicePixelRatio || 1);
    this.canvas.width = WIDTH * scale;
    this.canvas.height = HEIGHT * scale;
    this.canvas.getContext('2d')?.scale(scale, scale);
    host.append(this.canvas);
    this.forget = onTheme(() => {
      this.drawn = '';
      this.draw();
    });
  }

  update(data: SparkData): void {
    this.data = data;
    this.draw();
  }

  destroy(): void {
    this.forget();
  }

  private draw(): void {
    const { values, isBars } = this.data;
    const text = values.join();
    const pen = this.canvas.getContext('2d');
    if (pen === null || text === this.drawn) return;
    this.drawn = text;
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    const top = Math.max(...values.map((value) => value ?? 0), 0);
    if (values.length === 0 || top === 0) return;
    const step = WIDTH / Math.max(1, values.length - (isBars ? 0 : 1));
    const y = (value: number): number => HEIGHT - 1 - (value / top) * (HEIGHT - 3);
    pen.strokeStyle = pen.fillStyle = colour('line-1');
    pen.lineWidth = 1.25;
    if (isBars) {
      values.forEach((value, at) => {
        if (value) pen.fillRect(at * step, y(value), Math.max(1, step - 1), HEIGHT - y(value));
      });
      return;
    }
    pen.beginPath();
    let isDown = false;
    values.forEach((value, at) => {
      if (value === null) isDown = false;
      else if (isDown) pen.lineTo(at * step, y(value));
      else pen.moveTo(at * step, y(value));
      if (value !== null) isDown = true;
    });
    pen.stroke();
  }
}
