import { type ContextFields, contextFields } from '../../lib/core/context';
import { errorIdOf } from '../../lib/core/error-id';
import type { ErrorPlace } from '../../lib/core/error-mark';
import { LEVELS } from '../../lib/core/level';
import type { Warning } from '../../lib/core/warning';
import type { ErrorHost, ErrorLine } from '../../lib/errors/host';
import { type FakeClock, fakeClock } from '../../lib/testing/index';

interface RecordedLine extends Omit<ErrorLine, 'fields'> {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The scope that the line was written in. */
  readonly context: ContextFields | undefined;
}

export interface RecordingHost extends ErrorHost {
  readonly clock: FakeClock;
  /** Lines about errors. */
  readonly errors: RecordedLine[];
  /** Plain lines. */
  readonly lines: RecordedLine[];
  readonly metrics: (readonly [name: string, fields: Readonly<Record<string, unknown>>])[];
  /** What the watch was asked about. */
  readonly reports: { readonly error: unknown; readonly place: ErrorPlace }[];
  readonly warnings: Warning[];
  /** How often somebody asked whether a level is enabled. */
  checks: number;
  /** Lines below are not enabled. */
  level: ErrorPlace['level'];
  /** The watch answers that a summary stands for the line. */
  collapses: boolean;
  /** Called with each line about an error, before it is kept. */
  onWrite: (line: ErrorLine) => void;
}

/** A bus that keeps what it is told. */
export function recordingHost(): RecordingHost {
  const keep = (line: ErrorLine): RecordedLine => ({ ...line, fields: { ...line.fields }, context: contextFields() });
  const host: RecordingHost = {
    clock: fakeClock(),
    errors: [],
    lines: [],
    metrics: [],
    reports: [],
    warnings: [],
    checks: 0,
    level: 'trace',
    collapses: false,
    onWrite: () => {},
    watch: {
      meet: () => {
        throw new Error('Reports bring what was made of their errors');
      },
      // A function is no part of what is compared.
      report(error, { fieldOf: _, ...place }) {
        host.reports.push({ error, place });
        return { id: errorIdOf(error), fingerprint: '0123456789ab', occurrences: 1, isCollapsed: host.collapses };
      },
    },
    writeError(line) {
      host.onWrite(line);
      host.errors.push(keep(line));
    },
    writeLine: (level, logger, message, fields) => host.lines.push(keep({ level, logger, message, fields })),
    isEnabled(level) {
      host.checks++;
      return LEVELS.indexOf(level) >= LEVELS.indexOf(host.level);
    },
    writePerformance: (name, fields) => host.metrics.push([name, { ...fields }]),
    loggerName: (logger) => `app.${logger}`,
    warn: (warning) => host.warnings.push(warning),
  };
  return host;
}
