import type { Clock } from '../core/clock';
import { contextFields } from '../core/context';
import type { Definition } from '../core/definition';
import type { ErrorVerdict, ErrorWatch } from '../core/error-mark';
import type { EventName } from '../core/event';
import type { AnyHandler } from '../core/handler';
import type { Level } from '../core/level';
import type { Sink, SinkStats } from '../sinks/sink';
import { withErrorFields } from './error-fields';
import { levelOfEvent } from './event-level';
import { Gate } from './gate';
import type { Limits } from './limits';
import { callOf, type Receive } from './loglevel';
import { Output, type OutputOptions } from './output';
import type { RecordLevel } from './record';
import type { RedactionStats, Redactor } from './redaction/redactor';
import type { Resource } from './resource';
import { type Route, Routes } from './routes';
import type { Source } from './source';
import { type PlainLine, RecordWriter } from './writer';

/** Everything that decides how lines are made and where they go. */
export interface LogSettings {
  readonly resource: Resource;
  readonly level: Level;
  readonly levels: Readonly<Record<string, Level>>;
  readonly redactor: Redactor;
  readonly limits: Limits;
  readonly fieldsUnder: string | undefined;
  /** Find out who logged, for every plain line; errors have it always. */
  readonly caller: boolean;
  readonly diagnostic: boolean;
  readonly outputs: readonly OutputOptions[];
}

/** Takes lines before the outputs do; see `captureRecords`. */
export interface Interceptor {
  /** Whether the line is taken; then the outputs do not see it. */
  take(line: string): boolean;
}

/** What the log knows of itself; see `logStats`. */
export interface LogStats {
  /** Lines made. */
  readonly lines: number;
  /** Lines of errors that were not written because a summary stands for them. */
  readonly collapsed: number;
  /** Lines that were not: made while a sink or a format was writing one, nested too deep. */
  readonly dropped: { readonly nested: number };
  /** Values that were masked, and own rules that failed. */
  readonly redaction: RedactionStats;
  readonly sinks: readonly (SinkStats & { readonly name: string })[];
}

/** How deep lines may nest: a sink that logs would otherwise never end. */
const NESTING_LIMIT = 4;

/** The way of a line from an emission or a logger to the sinks: gate, writer, outputs. */
export class Pipeline {
  readonly gate: Gate = new Gate();
  private readonly clock: Clock;
  private readonly watch: ErrorWatch;
  private readonly interceptors = new Set<Interceptor>();
  settings!: LogSettings;
  /** What prepares the sources of lines; another one after `configure`. */
  writer!: RecordWriter;
  /** Where lines go; another one whenever that or the writer changes, which is how sources notice. */
  routes!: Routes;
  private outputs: readonly Output[] = [];
  /** Those of `addOutput`, which outlive a change of the settings. */
  private added: readonly Output[] = [];
  private depth = 0;
  private lines = 0;
  private collapsed = 0;
  private nested = 0;

  constructor(clock: Clock, watch: ErrorWatch, settings: LogSettings) {
    this.clock = clock;
    this.watch = watch;
    this.configure(settings);
  }

  /** Replaces the settings; loggers and handlers there are go on with the new ones. */
  configure(settings: LogSettings): void {
    const outputs = settings.outputs.map((options) => new Output(options));
    this.settings = settings;
    this.writer = new RecordWriter({ ...settings, watch: this.watch });
    this.sendTo([...outputs, ...this.added]);
    this.gate.configure(settings.level, settings.levels);
  }

  private sendTo(outputs: readonly Output[]): void {
    this.outputs = outputs;
    this.routes = new Routes(outputs);
  }

  addOutput(options: OutputOptions): () => boolean {
    const output = new Output(options);
    this.sendTo([...this.outputs, output]);
    this.added = [...this.added, output];
    return () => {
      const isThere = this.added.includes(output);
      this.sendTo(this.outputs.filter((other) => other !== output));
      this.added = this.added.filter((other) => other !== output);
      return isThere;
    };
  }

  intercept(interceptor: Interceptor): () => void {
    this.interceptors.add(interceptor);
    this.gate.setFloor('trace');
    return () => {
      this.interceptors.delete(interceptor);
      if (this.interceptors.size === 0) this.gate.setFloor('silent');
    };
  }

  /** The handler that writes the records of one event. */
  eventHandler(event: EventName, definition: Definition | undefined): AnyHandler {
    const level = levelOfEvent(event, definition);
    // An event whose level is silent is never written.
    if (level === 'silent') return () => undefined;
    const name = `${event[0]}.${event[1]}`;
    const tag = definition?.stream;
    const methods = this.gate.of(name);
    const call = callOf(level);
    let source = this.writer.eventSource(event, definition, level);
    let route = this.routes.to(name, tag);
    const prepare = () => {
      source = this.writer.eventSource(event, definition, level);
      route = this.routes.to(name, tag);
    };
    const receive: Receive = (_level, measurements, metadata) => {
      if (this.isTooDeep()) return;
      try {
        if (route.routes !== this.routes) prepare();
        const { writer } = this;
        const line = writer.event(source, this.clock.systemTime(), measurements, metadata, contextFields());
        this.deliver(name, level, line, writer.verdict, route, tag !== undefined);
      } finally {
        this.depth--;
      }
    };
    if (tag === undefined) return (_event, measurements, metadata) => call(methods, level, receive, measurements, metadata, undefined);
    return (_event, measurements, metadata) => {
      if (route.routes !== this.routes) prepare();
      if (isOwned(route, level)) receive(level, measurements, metadata, undefined);
      else call(methods, level, receive, measurements, metadata, undefined);
    };
  }

  /**
   * Writes a plain line.
   *
   * @param mayPass - Its level was not looked at: outputs that do not own it take it only if it passes.
   */
  plain(name: string, source: Source, line: PlainLine, route: Route, mayPass: boolean): void {
    if (this.isTooDeep()) return;
    try {
      const { writer } = this;
      const context = contextFields();
      const text = writer.plain(source, this.clock.systemTime(), withErrorFields(line, context, mayPass), context);
      this.deliver(name, line.level, text, writer.verdict, route, mayPass);
    } finally {
      this.depth--;
    }
  }

  /** Makes a plain line as it looks where it goes into a sink, and delivers it nowhere. */
  render(source: Source, line: PlainLine, sink: Sink): string {
    const text = this.writer.plain(source, this.clock.systemTime(), line, contextFields());
    return this.outputs.find((output) => output.sink === sink)?.render(text) ?? text;
  }

  private isTooDeep(): boolean {
    if (this.depth >= NESTING_LIMIT) {
      this.nested++;
      return true;
    }
    this.depth++;
    return false;
  }

  /** @param mayPass - The line has not passed its level, or has passed because records are captured. */
  private deliver(name: string, level: RecordLevel, line: string, verdict: ErrorVerdict | undefined, route: Route, mayPass: boolean): void {
    if (verdict?.isCollapsed) {
      this.collapsed++;
      return;
    }
    this.lines++;
    const isCaptured = this.interceptors.size > 0;
    if (isCaptured && this.taken(line)) return;
    const isBelow = (mayPass || isCaptured) && !this.gate.passes(name, level);
    for (const output of (isBelow ? route.owned : route.passed)[RANKS[level]]!) output.write(line, level, verdict);
  }

  private taken(line: string): boolean {
    let isTaken = false;
    for (const interceptor of this.interceptors) isTaken = interceptor.take(line) || isTaken;
    return isTaken;
  }

  stats(): LogStats {
    return {
      lines: this.lines,
      collapsed: this.collapsed,
      dropped: { nested: this.nested },
      redaction: this.settings.redactor.stats(),
      sinks: this.outputs.map((output) => ({ name: output.sink.name, ...output.stats() })),
    };
  }
}

/** Whether an output takes lines of this level whatever the level of the log is. */
export const isOwned = ({ owned }: Route, level: RecordLevel): boolean => owned[RANKS[level]]!.length > 0;

const RANKS: Readonly<Record<RecordLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, critical: 5 };
