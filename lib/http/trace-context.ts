import type { ActiveTrace } from '../core/active-trace';
import type { Head } from './head';
import { newSpanId, newTraceId } from './ids';

/** Where a request stands in a distributed trace (W3C Trace Context, level 1). */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: of this request. */
  readonly spanId: string;
  /** That of the caller. */
  readonly parentId: string | undefined;
  /** Bit 0: sampled. */
  readonly flags: number;
  /** As it came, well-formed and within 512 characters. */
  readonly state: string | undefined;
}

/** What a `traceparent` header says. */
export interface TraceParent {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: number;
}

/** Version 00: version, trace id, parent id, flags; all of them in lower case. */
const LENGTH = 55;
const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);
const SAMPLED = 1;

/**
 * Reads a `traceparent` header: https://www.w3.org/TR/trace-context/#traceparent-header
 *
 * Of version 00 nothing may follow the flags. Of later ones the first 55 characters are read as if they were of version 00, when
 * nothing or a `-` follows, and of the flags only `sampled` is kept, which is all that version 00 knows. Version `ff`, upper case and
 * ids of zeros are refused.
 *
 * @returns `undefined` for what is none: then a new trace begins.
 */
export function parseTraceparent(header: string | undefined): TraceParent | undefined {
  if (header === undefined || header.length < LENGTH) return undefined;
  const found = PARENT.exec(header.length === LENGTH ? header : header.slice(0, LENGTH));
  if (found === null) return undefined;
  const [, version, traceId, parentId, flags] = found as unknown as readonly [string, string, string, string, string];
  if (version === 'ff' || traceId === NO_TRACE || parentId === NO_PARENT) return undefined;
  if (header.length > LENGTH && (version === '00' || header[LENGTH] !== '-')) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) & SAMPLED };
}

const MAX_STATE = 512;
const MAX_MEMBERS = 32;
/** `key=value`: https://www.w3.org/TR/trace-context/#list */
const MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * Reads `tracestate`; several headers of that name are joined by `,` beforehand. Whitespace around members goes, empty members too.
 *
 * @returns The list as it is passed on. `undefined` for one that is too long, has more than 32 members, a member that is not well-formed,
 * or a key twice: it belongs to others, so it is passed on whole or not at all.
 */
export function parseTracestate(header: string | undefined): string | undefined {
  if (header === undefined || header === '' || header.length > MAX_STATE) return undefined;
  const members = header
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '');
  if (members.length === 0 || members.length > MAX_MEMBERS || !members.every((member) => MEMBER.test(member))) return undefined;
  const keys = new Set(members.map((member) => member.slice(0, member.indexOf('='))));
  return keys.size === members.length ? members.join(',') : undefined;
}

/** The trace of a request: that of its caller, or a new one. @param head - Without it a new one begins. */
export function traceOf(head?: Head): TraceContext {
  const parent = parseTraceparent(head?.header('traceparent'));
  // A new trace is recorded here, which is what `sampled` says.
  if (parent === undefined) return { traceId: newTraceId(), spanId: newSpanId(), parentId: undefined, flags: SAMPLED, state: undefined };
  const { traceId, parentId, flags } = parent;
  return { traceId, spanId: newSpanId(), parentId, flags, state: parseTracestate(head?.header('tracestate')) };
}

/** Where a span of another system, which is active here, stands in its trace. */
export const traceOfActive = ({ fields, flags, state }: ActiveTrace, parentId?: string): TraceContext => ({
  traceId: fields.trace_id,
  spanId: fields.span_id,
  parentId,
  flags,
  state,
});

/** The `traceparent` header for a request that is made on behalf of this one, whose span is its parent. */
export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${(flags & 0xff).toString(16).padStart(2, '0')}`;
