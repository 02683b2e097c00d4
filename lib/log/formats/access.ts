import type { JsonValue, LogRecord } from '../record';
import { fieldOf } from './fields';

/** What an access record must have to be one. */
export interface Access {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Another field of it: `ip`, `content_length`, `user_agent`, `referer`, `http_version`, `user` … */
  readonly field: (name: string) => JsonValue | undefined;
}

/** The access record that a record is, if it says method, path and status. */
export function accessOf(record: LogRecord, fieldsUnder?: string): Access | undefined {
  const field = (name: string) => fieldOf(record, name, fieldsUnder);
  const [method, path, status] = [field('method'), field('path'), field('status')];
  if (typeof method !== 'string' || typeof path !== 'string' || typeof status !== 'number') return undefined;
  return { method, path, status, field };
}
