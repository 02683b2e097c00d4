import { activeTrace, tellsTraces } from '../core/active-trace';
import { type ContextFields, contextFields, OWNER, runInScope, type ScopeOwner } from '../core/context';
import { shared } from '../core/shared';
import { stackOf } from '../core/stack';
import type { Exchange, HeaderReader, Incoming, Outcome, SafeAnswer } from './api';
import { classOf, contextOf, fieldsOf, MAX_ROUTE, routeOf } from './asked';
import { asFields, type Ended } from './ended';
import { forwardedFor, headerOf, methodOf, pathOf } from './head';
import { newTraceId } from './ids';
import type { RequestInfo } from './options';
import { added, copyOf } from './own-fields';
import { RequestErrors } from './request-errors';
import { safeAnswer } from './safe-answer';
import { statusOfError } from './status';
import { type TraceContext, traceOf, traceOfActive } from './trace-context';
import type { TrackerParts } from './tracker-parts';

/** Where no router told a template. */
const UNMATCHED = '(unmatched)';
/** As nginx has it: the client closed the connection before there was an answer. */
const CLIENT_LEFT = 499;
const NO_ANSWER = 500;
const MAX_AGENT = 512;
/** A request under way. One object per request, which reads of its head only what somebody asks for. */
export class TrackedExchange implements Exchange, ScopeOwner {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  trace: TraceContext;
  private readonly isIdMade: boolean;
  private readonly parts: TrackerParts;
  private scope: ContextFields;
  private readonly headers: HeaderReader;
  private readonly peer: string | undefined;
  private readonly httpVersion: string | undefined;
  private readonly began: number;
  private readonly span: number = shared.nextSpan++;
  isOver = false;
  private isAddressKnown = false;
  private address: string | undefined = undefined;
  private isAgentKnown = false;
  private agent: string | undefined = undefined;
  private saidRoute: string | undefined = undefined;
  private foundRoute: string | undefined = undefined;
  /** What options told. */
  private askedRoute: string | undefined = undefined;
  private isAskingRoute = false;
  private className: string | undefined = undefined;
  private additions: Record<string, unknown> | undefined = undefined;
  /** Most requests have none. */
  private errors: RequestErrors | undefined = undefined;

  constructor(parts: TrackerParts, { method, target, headers, peer, httpVersion }: Incoming) {
    const { host, settings, ids } = parts;
    this.began = host.clock.monotonicTime();
    this.parts = parts;
    this.headers = headers;
    this.peer = peer;
    this.httpVersion = httpVersion;
    this.method = methodOf(method);
    this.path = pathOf(target);
    const given = ids.idOf(this);
    this.isIdMade = given === undefined;
    this.id = given ?? newTraceId();
    this.trace = traceOf(settings.acceptTrace ? this : undefined);
    this.scope = this.scopeWithin(contextFields());
    parts.counts.inFlight++;
    if (host.hasHandlers(parts.events.start)) this.runWith(this.start, this, []);
    // From here on the request is a span of another system, or is answered within one.
    if (tellsTraces()) this.runWith(this.joinTrace, this, []);
  }

  /** Takes the span that is active within the request for its own: one request must not have two. */
  private joinTrace(): void {
    const active = activeTrace();
    if (active === undefined) return;
    const { traceId, parentId } = this.trace;
    this.trace = traceOfActive(active, traceId === active.fields.trace_id ? parentId : undefined);
    this.scope = Object.freeze({ ...this.scope, trace_id: this.trace.traceId, span_id: this.trace.spanId });
  }

  private scopeWithin(outer: ContextFields | undefined): ContextFields {
    const { id, trace } = this;
    const own = { request_id: id, trace_id: trace.traceId, span_id: trace.spanId, [OWNER]: this };
    const more = contextOf(this.parts, this);
    return Object.freeze(outer === undefined && more === undefined ? own : { ...outer, ...more, ...own });
  }

  private start(): void {
    const { host, emit } = this.parts;
    emit.start({ systemTime: host.clock.systemTime(this.began), monotonicTime: this.began }, this.metadata(UNMATCHED));
  }

  private metadata(route: string): Record<string, unknown> {
    const metadata: Record<string, unknown> = { method: this.method, route, path: this.path };
    const { ip, userAgent } = this;
    if (ip !== undefined) metadata.ip = ip;
    if (userAgent !== undefined) metadata.user_agent = userAgent;
    metadata.telemetrySpanContext = this.span;
    return metadata;
  }

  /** Of its bus, something that no other bus has: outgoing requests find the settings of theirs by it. */
  get bus(): object {
    return this.parts.host.emitter;
  }

  header(name: string): string | undefined {
    return headerOf(this.headers, name, this.parts.faults);
  }

  forwardedFor(): string | undefined {
    return forwardedFor(this.headers, this.parts.faults);
  }

  get ip(): string | undefined {
    if (!this.isAddressKnown) {
      this.isAddressKnown = true;
      this.address = this.parts.settings.clientAddress(this.peer, this);
    }
    return this.address;
  }

  private get userAgent(): string | undefined {
    if (!this.isAgentKnown) {
      this.isAgentKnown = true;
      this.agent = this.header('user-agent')?.slice(0, MAX_AGENT);
    }
    return this.agent;
  }

  /** What options that are functions are told. */
  info(): RequestInfo {
    const { method, path, ip } = this;
    return { method, path, ip, header: (name) => (typeof name === 'string' ? this.header(name.toLowerCase()) : undefined) };
  }

  setRoute(template: string): void {
    if (typeof template === 'string' && template !== '') this.saidRoute = template.slice(0, MAX_ROUTE);
  }

  matched(template: string | undefined): void {
    if (typeof template === 'string' && template !== '') this.foundRoute = template.slice(0, MAX_ROUTE);
  }

  classify(name: string): void {
    if (this.parts.settings.classNames.has(name)) this.className = name;
    else this.parts.faults.add('classify', name);
  }

  set(fields: Readonly<Record<string, unknown>>): void {
    this.additions = added(this.additions, copyOf(fields) ?? {});
  }

  run<Result>(work: () => Result): Result {
    if (this.parts.host.spans.enter === undefined) return runInScope(this.scope, work);
    return this.entering(() => runInScope(this.scope, work));
  }

  runWith<This, Args extends unknown[], Result>(fn: (this: This, ...args: Args) => Result, self: This, args: Args): Result {
    if (this.parts.host.spans.enter === undefined) return runInScope(this.scope, Reflect.apply<This, Args, Result>, fn, self, args);
    return this.entering(() => runInScope(this.scope, Reflect.apply<This, Args, Result>, fn, self, args));
  }

  private entering<Result>(work: () => Result): Result {
    const { enter } = this.parts.host.spans;
    return enter === undefined ? work() : enter({ context: this.span, event: undefined }, work);
  }

  durationText(): string | undefined {
    return this.parts.settings.headers ? secondsText(this.elapsed()) : undefined;
  }

  private elapsed(now: number = this.parts.host.clock.monotonicTime()): number {
    return Math.max(0, now - this.began);
  }

  idText(): string | undefined {
    return this.parts.settings.headers ? this.id : undefined;
  }

  report(error: unknown): string {
    return this.theErrors().report(error, statusOfError(error));
  }

  fail(error: unknown, ofResponse?: number): string {
    return this.theErrors().fail(error, statusOfError(error, ofResponse));
  }

  private theErrors(): RequestErrors {
    return (this.errors ??= new RequestErrors(this.parts.host, this.scope, this));
  }

  /** What records of errors have of their request; requirements C4. */
  errorFields(): ContextFields {
    const { method, path, ip } = this;
    return { endpoint: this.route(), method, path, ...(ip !== undefined && { ip }) };
  }

  isMadeId(id: unknown): boolean {
    const { trace } = this;
    return id === trace.traceId || id === trace.spanId || (this.isIdMade && id === this.id);
  }

  answer(error: unknown, ofResponse?: number): SafeAnswer | undefined {
    const { host, settings } = this.parts;
    const status = statusOfError(error, ofResponse);
    const errorId = this.theErrors().fail(error, status);
    if (settings.answerErrors === false) return undefined;
    return safeAnswer(error, { host, locale: settings.answerErrors.locale, status, errorId, requestId: this.id });
  }

  /** The template, as far as it is known by now. */
  private route(): string {
    return this.saidRoute ?? this.foundRoute ?? this.askedRoute ?? this.askRoute() ?? UNMATCHED;
  }

  private askRoute(): string | undefined {
    // An option that logs an error asks for its fields, and so for the route.
    if (this.isAskingRoute) return undefined;
    this.isAskingRoute = true;
    this.askedRoute = routeOf(this.parts, this);
    this.isAskingRoute = false;
    return this.askedRoute;
  }

  end(outcome: Outcome): void {
    if (this.isOver) return;
    this.isOver = true;
    // What options are asked, and who hears of the end, is in the scope.
    this.runWith(this.finish, this, [outcome]);
  }

  private finish({ status: sent, requestBytes, responseBytes, aborted = false, upgraded = false }: Outcome): void {
    const { method } = this;
    const failure = this.errors?.failure;
    const { host, counts, settings, endpoints, events, limitsOf } = this.parts;
    const now = host.clock.monotonicTime();
    const duration = this.elapsed(now);
    const status = sent ?? (aborted ? CLIENT_LEFT : NO_ANSWER);
    const route = this.route();
    const className = classOf(this.parts, this) ?? this.className ?? settings.usualClass;
    counts.inFlight--;
    counts.total++;
    if (aborted) counts.aborted++;
    if (upgraded) counts.upgraded++;
    const isError = failure !== undefined || status >= 500;
    endpoints.add({ method, route, duration, isError, limits: className === undefined ? undefined : limitsOf(className) });
    const ended: Ended = { duration, status, route, className, aborted, upgraded, requestBytes, responseBytes };
    const part = failure === undefined ? 'stop' : 'exception';
    if (host.hasHandlers(events[part])) this.emitEnd(part, ended, now);
    if (settings.accessLog && host.isAccessWanted()) this.writeAccess(ended);
  }

  private emitEnd(part: 'stop' | 'exception', ended: Ended, monotonicTime: number): void {
    const measurements: Record<string, number> = { duration: ended.duration, monotonicTime };
    if (ended.requestBytes !== undefined) measurements.requestBytes = ended.requestBytes;
    if (ended.responseBytes !== undefined) measurements.responseBytes = ended.responseBytes;
    const metadata = this.metadata(ended.route);
    metadata.status = ended.status;
    if (ended.className !== undefined) metadata.class = ended.className;
    if (ended.aborted) metadata.aborted = true;
    if (ended.upgraded) metadata.upgraded = true;
    if (part === 'exception') {
      const reason = this.errors?.failure?.error;
      Object.assign(metadata, { kind: 'error', reason, stacktrace: stackOf(reason) });
    }
    this.parts.emit[part](measurements, metadata);
  }

  private writeAccess(ended: Ended): void {
    const { method, path, ip, userAgent, httpVersion, parts } = this;
    const fields = asFields({ method, path, ip, userAgent, httpVersion }, ended);
    const asked = fieldsOf(parts, this);
    // What the handler said is nearer to the request.
    const more = asked && this.additions ? added(asked, this.additions) : (asked ?? this.additions);
    parts.host.writeAccess(more === undefined ? fields : { ...fields, ...more });
  }
}

/** Seconds, whole milliseconds: `0.012s`. */
function secondsText(ms: number): string {
  const whole = Math.round(ms);
  const rest = whole % 1000;
  return `${(whole - rest) / 1000}.${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}s`;
}
