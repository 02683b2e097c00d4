import type { Clock } from '../../../core/clock';
import type { AnyHandler, HandlerFactory, HandlerHandle } from '../../../core/handler';
import { read } from '../../../core/read';
import type { RequestRow } from '../../../dashboard/wire/logs';
import type { Telemetry } from '../../../index';
import { Slowest } from '../../../performance/slowest';
import { inMs } from '../schemas';
import { keptText } from './kept-text';
import { LastOnes } from './last-ones';
import { idsOfScope } from './scope-ids';

const REQUESTS_HANDLER_ID: string = 'telemetry-admin-requests';
export const MAX_RECENT = 500;
export const MAX_SLOW = 100;
export const MAX_FAILED = 200;
const SLOW_MS = 3_600_000;
const MAX_TEXT = 1024;

/**
 * The last 500 requests that were answered, the last 200 of those that failed (a status of 500 and more, or an exception), and the slowest
 * 100 of the last hour, with the ids of their scopes. Kept as they were told, and redacted by whoever shows them.
 */
export class RequestRing {
  private readonly recent = new LastOnes<RequestRow>(MAX_RECENT);
  private readonly failed = new LastOnes<RequestRow>(MAX_FAILED);
  private readonly slow = new Slowest<RequestRow>(MAX_SLOW, SLOW_MS);
  private handle: HandlerHandle | undefined;
  /** How many passed since this was made. */
  total = 0;

  constructor(
    private readonly bus: Telemetry,
    private readonly clock: Clock,
  ) {}

  /** Hears of requests from now on, or on. */
  open(): void {
    // By what their names begin with: a name would be met, and so listed, where no request is tracked.
    this.handle ??= this.bus.attachEach(REQUESTS_HANDLER_ID, ['http', 'request'], this.factory, { onError: 'keep', onConflict: 'replace' });
  }

  close(): void {
    this.handle?.detach();
    this.handle = undefined;
    this.recent.clear();
    this.failed.clear();
    this.slow.clear();
  }

  /** Recent and failed ones the newest first, slow ones the slowest first. */
  list(which: 'recent' | 'slow' | 'failed'): readonly RequestRow[] {
    if (which === 'slow') return this.slow.list(this.clock.monotonicTime(), MAX_SLOW, () => true);
    return this[which].newestFirst();
  }

  /** The newest that belongs to a request, trace or error. */
  of(id: string): RequestRow | undefined {
    const isOf = ({ ids }: RequestRow): boolean => ids.request_id === id || ids.trace_id === id || ids.error_id === id;
    for (const which of ['recent', 'failed', 'slow'] as const) {
      const found = this.list(which).find(isOf);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private readonly factory: HandlerFactory = ([, , action]) => (action === 'stop' || action === 'exception' ? this.hear : () => undefined);

  private readonly hear: AnyHandler = ([, , action], measurements, metadata) => {
    const duration = read(measurements, 'duration');
    if (typeof duration !== 'number' || !Number.isFinite(duration)) return;
    const now = this.clock.monotonicTime();
    const status = read(metadata, 'status');
    const row: RequestRow = {
      time: this.clock.systemTime(now),
      method: textIn(metadata, 'method') ?? '',
      route: textIn(metadata, 'route') ?? '',
      path: keptText(textIn(metadata, 'path') ?? '', MAX_TEXT),
      status: Number.isInteger(status) ? (status as number) : 0,
      duration_ms: inMs(duration),
      class: textIn(metadata, 'class') ?? null,
      aborted: read(metadata, 'aborted') === true,
      ids: idsOfScope(action === 'exception' ? read(metadata, 'reason') : undefined),
    };
    this.total++;
    this.recent.add(row);
    if (row.status >= 500 || action === 'exception') this.failed.add(row);
    if (this.slow.admits(row.duration_ms, now)) this.slow.add(row, now);
  };
}

/** Methods, templates and classes are there once and for all; what is longer is none. */
function textIn(metadata: object, key: string): string | undefined {
  const value = read(metadata, key);
  if (typeof value !== 'string') return undefined;
  return value.length > MAX_TEXT ? keptText(value, MAX_TEXT) : value;
}
