import { createHash } from 'node:crypto';
import { errorIdOf } from '../../core/error-id';
import type { ErrorMark } from '../../core/error-mark';
import type { DeliveryRow, RowKind } from '../delivery/row';
import type { StorableLine } from './store';

/** Rows of errors: beside the line they hold its id, its fingerprint, and how many occurrences it stands for. */
export const ERROR_ROWS: RowKind = {
  mark: '',
  more(line, mark) {
    const { id, fingerprint, occurrences } = mark ?? markOf(line);
    return [id.slice(0, 64), fingerprint.slice(0, 64), occurrences];
  },
  isMore: ([errorId, fingerprint, occurrences, ...others]) =>
    typeof errorId === 'string' &&
    errorId.length <= 64 &&
    typeof fingerprint === 'string' &&
    fingerprint.length <= 64 &&
    Number.isSafeInteger(occurrences) &&
    (occurrences as number) >= 0 &&
    others.length === 0,
};

/** A row as stores take it. */
export function storableLine({ key, line, more }: DeliveryRow): StorableLine {
  const [errorId, fingerprint, occurrences] = more as readonly [string, string, number];
  return { key, errorId, fingerprint, occurrences, line };
}

/** What the line says of its error, in core fields, which are at the top whatever `fieldsUnder` is. */
function markOf(line: string): ErrorMark {
  let record: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) record = parsed as typeof record;
  } catch {
    // The database will refuse it.
  }
  const { error_id: id, fingerprint } = record;
  return {
    id: typeof id === 'string' && id.length > 0 && id.length <= 64 ? id : errorIdOf(undefined),
    fingerprint: typeof fingerprint === 'string' && /^[0-9a-f]{12}$/.test(fingerprint) ? fingerprint : fingerprintOf(record),
    occurrences: 1,
  };
}

/** For a line that has none: the same for the same logger, class and message, whatever the numbers in it. */
function fingerprintOf({ logger, error_type: type, message }: Readonly<Record<string, unknown>>): string {
  const same = [logger, type, typeof message === 'string' ? message.replace(/\d+/g, '0') : ''].map(String);
  return createHash('sha256').update(same.join('\n')).digest('hex').slice(0, 12);
}
