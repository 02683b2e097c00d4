import { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { optionInvalid } from '../../core/options';
import { METRICS_SEAM, type Metered, type MetricSource } from '../../metrics/seam';
import { mergeSnapshots } from '../../metrics/transfer/merge';
import type { MetricsSnapshot } from '../../metrics/transfer/stored-snapshot';
import { takeSnapshot } from '../../metrics/transfer/take';
import { Complaints } from '../complaints';
import type { CollectSettings } from './collect-options';
import type { WorkerMetricsStats } from './collect-workers';
import { Departed } from './departed';
import { Inbox } from './inbox';
import { LastingViews } from './lasting-views';
import { linkProcesses, type ProcessLink } from './links/processes';
import type { Receiver } from './links/receiver';
import { linkThreads, type ThreadLink } from './links/threads';
import { isOurs, type Report } from './message';
import { Roster } from './roster';
import { Rounds } from './rounds';
import type { Connection, Source } from './source';
import type { WorkerInfo } from './worker-info';

/** Who is there, what they said, and what that comes to. */
export class Collector implements Receiver {
  /** For exporters. */
  readonly source: MetricSource;
  private readonly departed: Departed;
  private readonly roster: Roster;
  private readonly rounds: Rounds;
  private readonly inbox: Inbox;
  private readonly complaints: Complaints;
  private readonly views = new LastingViews();
  private readonly threads: ThreadLink;
  private readonly processes: ProcessLink;
  private readonly knowsAt: number;
  private isStopped = false;

  constructor(
    private readonly telemetry: Metered,
    { clock, warn }: MetricSource,
    private readonly settings: CollectSettings,
  ) {
    const by = randomBytes(8).toString('hex');
    this.source = { metrics: () => this.show(), prepare: () => this.refresh(), clock, warn };
    this.complaints = new Complaints('collectWorkers', clock, (warning) => warn(warning));
    this.rounds = new Rounds(by);
    this.departed = new Departed(settings.merging);
    this.roster = new Roster(
      this.departed,
      (source) => this.rounds.greet(source),
      (source) => this.rounds.gone(source),
    );
    this.inbox = new Inbox(this.roster, settings, this.complaints, clock, (source, report) => this.reported(source, report));
    this.threads = linkThreads(by, this);
    this.processes = linkProcesses(by, this);
    this.knowsAt = performance.now() + settings.timeoutMs / 2;
  }

  receive(connection: Connection, message: unknown): boolean {
    if (!isOurs(message)) return false;
    if (!this.isStopped) this.inbox.receive(connection, message);
    return true;
  }

  ended(connection: Pick<Connection, 'kind' | 'number'>): void {
    this.roster.ended(connection);
  }

  async collect(): Promise<MetricsSnapshot> {
    await this.refresh();
    return this.snapshot();
  }

  snapshot(): MetricsSnapshot {
    const all = [takeSnapshot(this.telemetry), ...this.departed.snapshots()];
    for (const { snapshot } of this.roster.all()) if (snapshot !== undefined) all.push(snapshot);
    const merged = mergeSnapshots(all, this.settings.merging);
    const [conflict] = merged.conflicts;
    if (conflict !== undefined) {
      const text = `What workers and this process count as ${JSON.stringify(conflict.name)} can't be added up: ${conflict.why}`;
      this.complaints.say('METRIC_CONFLICT', 'conflict', text);
    }
    return merged;
  }

  workers(): WorkerInfo[] {
    return this.roster.infos();
  }

  add(worker: ChildProcess | Worker): void {
    const isWorker = worker instanceof Worker;
    if (!isWorker && !(worker instanceof ChildProcess)) {
      throw optionInvalid('add: worker', worker, 'a child of fork of node:child_process, or a Worker of node:worker_threads');
    }
    if (this.isStopped) return;
    if (isWorker) this.threads.add(worker);
    else this.processes.add(worker);
  }

  stats(): WorkerMetricsStats {
    const { size: workers, gone, bytes } = this.roster;
    return { ...this.inbox.stats(), ...this.rounds.stats(), workers, gone, bytes };
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.threads.stop();
    this.processes.stop();
    this.rounds.stop();
  }

  /** Asks everybody, and waits. Never rejects. */
  private async refresh(): Promise<void> {
    if (this.isStopped) return;
    const { timeoutMs } = this.settings;
    const unknownMs = Math.max(0, this.knowsAt - performance.now());
    if (unknownMs > 0) await new Promise((resolve) => setTimeout(resolve, unknownMs));
    if (this.isStopped) return;
    // Who has greeted is asked, too, even if another message of its thread was told of first.
    this.threads.drain();
    await this.rounds.collect([...this.roster.all()], timeoutMs - unknownMs);
  }

  private show(): ReturnType<LastingViews['show']> {
    const merged = this.snapshot();
    return this.views.show(merged[METRICS_SEAM]!.metrics(), this.source.clock.systemTime());
  }

  private reported(source: Source, { answers = [], last }: Report): void {
    for (const answer of answers) this.rounds.answered(source, answer);
    if (last) this.roster.depart(source);
  }
}
