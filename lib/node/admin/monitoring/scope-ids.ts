import { contextFields } from '../../../core/context';
import { errorIdOf } from '../../../core/error-id';
import { isError } from '../../../core/read';
import type { Ids } from '../../../dashboard/wire/history';
import { keptText } from './kept-text';

/** What can be an id, in paths and records as it is. */
const ID = /^[\w.:@+/=-]{1,128}$/;

export const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

/** Fields of a scope or of metadata, as far as they are looked at. */
type Fields = Readonly<Record<string, unknown>>;
type Found = { -readonly [Name in keyof Ids]: string };

/**
 * What an emission belongs to: ids of its metadata, else of the scope it is made in, and the id of the error in `reason` or `error`. Never
 * throws; what can't be read, or can be no id, is not there.
 */
export function idsOf(metadata: object): Ids {
  const ids: Found = {};
  const fields = metadata as Fields;
  try {
    take(ids, fields);
    const error = fields.error_id;
    if (isId(error)) ids.error_id = kept(error);
    else if (isError(fields.reason)) ids.error_id = errorIdOf(fields.reason);
    else if (isError(fields.error)) ids.error_id = errorIdOf(fields.error);
  } catch {
    // A getter that throws, a revoked proxy: the rest is of the scope.
  }
  return withScope(ids);
}

/** The same of what is only told by the scope, as requests are: their metadata have no ids. @param reason - Of a failure. */
export function idsOfScope(reason: unknown): Ids {
  const ids: Found = {};
  // Only an object has the same id wherever it is met.
  if (isError(reason)) ids.error_id = errorIdOf(reason);
  return withScope(ids);
}

function withScope(ids: Found): Ids {
  const scope = contextFields();
  // Its fields were read when it was opened: no getter is left.
  if (scope !== undefined) take(ids, scope);
  return ids;
}

function take(ids: Found, { request_id, trace_id, session_id, sessionId }: Fields): void {
  if (ids.request_id === undefined && isId(request_id)) ids.request_id = kept(request_id);
  if (ids.trace_id === undefined && isId(trace_id)) ids.trace_id = kept(trace_id);
  if (ids.session_id === undefined) {
    if (isId(session_id)) ids.session_id = kept(session_id);
    else if (isId(sessionId)) ids.session_id = kept(sessionId);
  }
}

const kept = (id: string): string => keptText(id, id.length);
