import { checkOptions } from '../core/options';
import { SinkCounts } from './counts';
import type { Sink } from './sink';

/** Lines kept in memory. */
export interface MemorySink extends Sink {
  /** The lines kept, the oldest first, each with its newline. */
  readonly lines: readonly string[];
  clear(): void;
}

export interface MemorySinkOptions {
  /** Shown in statistics; default `memory`. */
  readonly name?: string;
  /** How many lines are kept; the oldest go first, counted as dropped. Default 1,000, at most 1,000,000. */
  readonly maxLines?: number;
}

const MAX_LINES = 1e6;
const RULES = {
  name: 'string',
  maxLines: [
    (value: unknown) => Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_LINES,
    'a whole number from 1 to 1,000,000',
  ],
} as const;

/**
 * Creates a sink that keeps the last lines: for tests, and for pages that show them.
 *
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`
 * @example
 * const memory = memorySink({ maxLines: 100 });
 * telemetry.configureLog({ level: 'info', sinks: [{ sink: memory, format: 'minimal' }] });
 * telemetry.logger('bot').info('ready', { workers: 4 });
 * memory.lines; // => ['INFO app.bot ready workers=4\n']
 */
export function memorySink(options: MemorySinkOptions = {}): MemorySink {
  checkOptions('memorySink', options, RULES);
  const { name = 'memory', maxLines = 1000 } = options;
  const counts = new SinkCounts();
  const lines: string[] = [];
  return Object.freeze({
    name,
    lines,
    write(line: string) {
      counts.accepted++;
      counts.written++;
      lines.push(line);
      if (lines.length <= maxLines) return;
      lines.shift();
      counts.written--;
      counts.drop('evicted');
    },
    clear() {
      lines.length = 0;
    },
    stats: () => counts.stats(),
  });
}
