import { currentRequest } from '../../../http/scope';
import { outgoing, type Use } from './state';
import { type TraceHeaders, traceHeaders } from './trace';

/** What can be given headers: a request of `node:http` or of undici, which have different ways. */
export interface HeaderWriter {
  readonly isWritable: boolean;
  has(name: string): boolean;
  add(name: string, value: string): void;
}

/**
 * Gives a request the headers of the trace it is made in, unless it has some, or must not have any. Never throws.
 *
 * @param urlOf - Asked for when somebody wants to know where the request goes.
 * @returns The span of the request, also when no header was added; `undefined` outside of any trace.
 */
export function passTraceOn(writer: HeaderWriter, urlOf: () => URL): string | undefined {
  const headers = traceHeaders();
  if (headers === undefined) return undefined;
  const { counts } = outgoing;
  try {
    const uses = usesHere();
    if (!uses.some(({ sends }) => sends)) return headers.spanId;
    if (writer.has('traceparent')) counts.kept++;
    else if (!writer.isWritable) counts.unreachable++;
    else if (mayTell(uses, urlOf)) add(writer, headers);
    else counts.withheld++;
  } catch {
    counts.unreachable++;
  }
  return headers.spanId;
}

function add(writer: HeaderWriter, { traceparent, tracestate }: TraceHeaders): void {
  writer.add('traceparent', traceparent);
  if (tracestate !== undefined && !writer.has('tracestate')) writer.add('tracestate', tracestate);
  outgoing.counts.propagated++;
}

/**
 * Whose setting counts here. In a request, those of its bus decide whether anything is sent, and those of the whole process may object;
 * outside of any, and for a bus that has none of its own, all do, because a trace does not say whose it is.
 */
function usesHere(): readonly Use[] {
  const all = [...outgoing.uses];
  const bus = (currentRequest() as { readonly bus?: object } | undefined)?.bus;
  if (bus === undefined) return all;
  const own = all.filter((use) => use.bus === bus);
  const left = outgoing.left.get(bus);
  // A tracking was closed, and the requests that it began are still under way.
  if (own.length === 0 && left?.isTracked() === false) own.push(left);
  if (own.length === 0) return all;
  return own.some(({ sends }) => sends) ? [...own, ...all.filter((use) => use.bus === undefined)] : own;
}

/** Who objects wins. */
function mayTell(uses: readonly Use[], urlOf: () => URL): boolean {
  let url: URL | undefined;
  for (const { sends, propagateTo, failed } of uses) {
    if (!sends || propagateTo === undefined) continue;
    url ??= urlOf();
    try {
      if (propagateTo(url) !== true) return false;
    } catch (reason) {
      outgoing.counts.faults++;
      failed(reason);
      return false;
    }
  }
  return true;
}
