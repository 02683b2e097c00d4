import type { Level } from '../../core/level';
import type { LossSummary } from './options';

/** Lines that were lost since somebody was last told. */
export class Losses {
  private dropped: Record<string, number> = {};
  private levels: Record<string, number> = {};
  private from = 0;
  private to = 0;

  /** @param level - `unknown` where nobody remembers. */
  add(reason: string, level: Level | 'unknown', lines = 1): void {
    this.to = Date.now();
    if (this.isEmpty) this.from = this.to;
    this.dropped[reason] = (this.dropped[reason] ?? 0) + lines;
    this.levels[level] = (this.levels[level] ?? 0) + lines;
  }

  get isEmpty(): boolean {
    return Object.keys(this.dropped).length === 0;
  }

  get lines(): number {
    return Object.values(this.dropped).reduce((sum, lines) => sum + lines, 0);
  }

  /** What was lost; from now on it counts as told. */
  take(): LossSummary {
    const { dropped, levels, from, to } = this;
    [this.dropped, this.levels] = [{}, {}];
    return { dropped, levels, from, to };
  }
}
