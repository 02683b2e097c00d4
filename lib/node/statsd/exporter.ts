import type { MetricSource } from '../../metrics/seam';
import { Delivery, type DeliveryReport } from './delivery';
import { openLedger } from './ledger';
import { codeOf, type Link, type OpenLink } from './link';
import type { Statsd, StatsdSettings, StatsdStats } from './options';
import { CellBoard } from './packed-cells';
import { SizeLimit } from './packer';
import { type ReadContext, readLines } from './read-lines';
import { Slices } from './slices';
import { Troubles } from './troubles';

const STOP_DEADLINE_MS = 1000;

/** Sends the metrics of a source to a StatsD receiver, at intervals. Throws nothing once it runs. */
export class StatsdExporter implements Statsd {
  private readonly troubles: Troubles;
  private readonly limit: SizeLimit;
  private readonly context: ReadContext;
  private readonly closeLedger: () => void;
  private readonly totals = { flushes: 0, skipped: 0, datagrams: 0, bytes: 0, lines: 0 };
  private readonly dropped = new Map<string, number>();
  private link: Link | undefined = undefined;
  private isLinkBroken = false;
  private delivery: Delivery | undefined = undefined;
  private running: Promise<void> | undefined = undefined;
  private following: Promise<void> | undefined = undefined;
  private due: number;
  private cancelTimer: () => void = () => {};
  private stopped: Promise<void> | undefined = undefined;
  private isClosed = false;

  /** @throws {TelemetryError} `ALREADY_STARTED` */
  constructor(
    private readonly source: MetricSource,
    private readonly settings: StatsdSettings,
    private readonly open: OpenLink,
  ) {
    const { ledger, close } = openLedger(source, settings);
    this.closeLedger = close;
    this.limit = new SizeLimit(settings.maxDatagramBytes);
    this.troubles = new Troubles(`StatsD to ${settings.host}:${settings.port}`, source.clock, (warning) => source.warn(warning));
    const onNotFinite = () => this.drop('not_finite', 1);
    const onIncludeFailed = () => this.troubles.note('INCLUDE_FAILED', 'The option include threw; the metric is left out');
    this.context = { source, settings, ledger, cells: new CellBoard(), onNotFinite, onIncludeFailed };
    this.due = source.clock.monotonicTime();
    this.schedule();
  }

  flush(): Promise<void> {
    return this.stopped === undefined ? this.flushNow() : Promise.resolve();
  }

  stats(): StatsdStats {
    return {
      ...this.totals,
      errors: this.troubles.list(),
      dropped: Object.fromEntries(this.dropped),
      queued: this.delivery?.queued ?? 0,
      maxDatagramBytes: this.limit.bytes,
    };
  }

  stop(): Promise<void> {
    this.stopped ??= this.end();
    return this.stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** The next multiple of the interval, whatever the last timer was late by. */
  private schedule(): void {
    const { clock } = this.source;
    const { intervalMs } = this.settings;
    const now = clock.monotonicTime();
    this.due += intervalMs * Math.max(1, Math.floor((now - this.due) / intervalMs) + 1);
    this.cancelTimer = clock.setTimer(() => {
      this.schedule();
      if (this.running !== undefined) this.totals.skipped++;
      else void this.flushNow();
    }, this.due - now);
  }

  private flushNow(): Promise<void> {
    if (this.running === undefined) {
      this.running = this.run().finally(() => {
        this.running = undefined;
      });
      return this.running;
    }
    // What was recorded since the running one read it needs another.
    this.following ??= this.running.then(() => {
      this.following = undefined;
      return this.flushNow();
    });
    return this.following;
  }

  private async run(): Promise<void> {
    try {
      const preparing = this.context.source.prepare?.();
      if (preparing !== undefined) await preparing;
      const link = await this.openLink();
      if (link !== undefined) await this.deliver(link);
    } catch (error) {
      this.troubles.note(codeOf(error), 'What was not sent is in the next flush');
    }
    this.totals.flushes++;
  }

  private async deliver(link: Link): Promise<void> {
    const delivery = new Delivery(link, this.limit, this.report);
    this.delivery = delivery;
    try {
      const slices = new Slices();
      for (const lines of readLines(this.context)) {
        for (const line of lines) {
          const room = delivery.add(line);
          if (room !== undefined) await room;
        }
        if (slices.isOver) await slices.next();
        if (delivery.isOver) break;
      }
    } finally {
      await delivery.finish();
      this.delivery = undefined;
    }
  }

  /** The link there is, or after errors a new one, for which the host is looked up. */
  private async openLink(): Promise<Link | undefined> {
    if (this.isLinkBroken) this.closeLink();
    if (this.link !== undefined || this.isClosed) return this.link;
    const link = await this.open(this.settings.host, this.settings.port, (code) => {
      if (this.link !== link) return;
      if (this.delivery === undefined) this.report.onError(code);
      else this.delivery.noteError(code);
    });
    if (this.isClosed) link.close();
    else this.link = link;
    return this.link;
  }

  private readonly report: DeliveryReport = {
    onSent: ({ bytes, lines }) => {
      this.totals.datagrams++;
      this.totals.bytes += bytes;
      for (const { count } of lines) this.totals.lines += count;
    },
    onError: (code) => {
      if (code !== 'EMSGSIZE') this.isLinkBroken = true;
      this.troubles.note(code, 'What was not sent is in the next flush');
    },
    onTooLong: (lines) => this.drop('too_long', lines),
  };

  private drop(reason: string, lines: number): void {
    this.dropped.set(reason, (this.dropped.get(reason) ?? 0) + lines);
  }

  private async end(): Promise<void> {
    this.cancelTimer();
    // A real one, whatever the clock of the bus: it is the process that wants to end.
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_DEADLINE_MS);
    });
    await Promise.race([this.flushNow(), deadline]);
    clearTimeout(timer);
    this.isClosed = true;
    this.delivery?.abandon();
    this.closeLink();
    this.closeLedger();
  }

  private closeLink(): void {
    this.link?.close();
    this.link = undefined;
    this.isLinkBroken = false;
  }
}
