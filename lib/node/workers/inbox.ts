import type { Clock } from '../../core/clock';
import { isTelemetryError } from '../../core/errors';
import { decodeSnapshot } from '../../metrics/transfer/codec';
import type { Complaints } from '../complaints';
import { bytesOf, type Report, readReport, sizeOf } from './message';
import type { Roster } from './roster';
import type { Connection, Source } from './source';
import type { RefusalReason } from './worker-info';

/** What came from workers: `messages` = `greetings` + `snapshots` + all that is `refused`. */
export interface InboxStats {
  /** Messages of `shareMetrics`, whatever they were worth. */
  readonly messages: number;
  /** Those that only said that somebody is there. */
  readonly greetings: number;
  /** Snapshots that were taken. */
  readonly snapshots: number;
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>;
}

/** What may come in. */
interface InboxLimits {
  readonly maxSnapshotBytes: number;
  readonly maxTotalBytes: number;
}

const TEXTS: Readonly<Record<RefusalReason, string>> = {
  malformed: 'A message that is no report of shareMetrics was refused',
  version:
    'A message of another version of telemetry-bus was refused: what its sender counts is missing here. Use one version in all workers',
  too_large: 'A snapshot larger than maxSnapshotBytes was refused; the one before it counts on. Allow more, or have fewer series',
  invalid: 'A snapshot that can not be read was refused; the one before it counts on',
  stale: 'A snapshot that came after a newer one was refused',
  late: 'A message of a worker that had said its last was refused',
  too_many: 'There are too many workers, or more than 64 calls of shareMetrics in one: what one more counts is missing here',
  no_room: 'The snapshots of all workers are larger than maxTotalBytes: one was refused; the one before it counts on',
};

/** Takes what workers send, or refuses it and says why. Sizes are looked at before anything is decoded. */
export class Inbox {
  private messages = 0;
  private greetings = 0;
  private snapshots = 0;
  private readonly refused = new Map<RefusalReason, number>();

  constructor(
    private readonly roster: Roster,
    private readonly limits: InboxLimits,
    private readonly complaints: Complaints,
    private readonly clock: Clock,
    /** Called with each report of a source that was understood, taken or not. */
    private readonly onReport: (source: Source, report: Report) => void,
  ) {}

  /** Takes one of our messages. Never throws. */
  receive(connection: Connection, message: Readonly<Record<string, unknown>>): void {
    this.messages++;
    const report = readReport(message);
    if (typeof report === 'string') {
      this.refuse(report, connection);
      return;
    }
    const source = this.roster.sourceOf(connection, report.id);
    if (typeof source === 'string') {
      this.refuse(source, connection);
      return;
    }
    const refusal = this.take(source, report);
    if (refusal !== undefined) {
      source.refused++;
      this.refuse(refusal.reason, connection, refusal.why);
    }
    this.onReport(source, report);
  }

  stats(): InboxStats {
    const { messages, greetings, snapshots, refused } = this;
    return { messages, greetings, snapshots, refused: Object.fromEntries(refused) };
  }

  private take(source: Source, report: Report): { readonly reason: RefusalReason; readonly why?: string } | undefined {
    source.lastSeen = this.clock.systemTime();
    source.state = 'live';
    if (report.number <= source.number) return { reason: 'stale' };
    source.number = report.number;
    if (report.snapshot === undefined) {
      this.greetings++;
      return undefined;
    }
    const { maxSnapshotBytes, maxTotalBytes } = this.limits;
    const size = sizeOf(report.snapshot);
    if (size > maxSnapshotBytes) return { reason: 'too_large' };
    if (this.roster.bytes - source.bytes + size > maxTotalBytes) return { reason: 'no_room' };
    try {
      const bytes = bytesOf(report.snapshot);
      this.roster.keep(source, decodeSnapshot(bytes, { maxBytes: maxSnapshotBytes }), bytes.length);
      this.snapshots++;
      return undefined;
    } catch (error) {
      return { reason: 'invalid', why: isTelemetryError(error) ? error.why : 'it could not be decoded' };
    }
  }

  private refuse(reason: RefusalReason, { kind, number }: Connection, why?: string): void {
    this.refused.set(reason, (this.refused.get(reason) ?? 0) + 1);
    const text = `${TEXTS[reason]} (${kind} ${number})${why === undefined ? '' : `: ${why}`}`;
    this.complaints.say('SNAPSHOT_INVALID', `message ${reason}`, text);
  }
}
