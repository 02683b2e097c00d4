import { isObject, read } from '../../core/read';
import { isList } from './list';

const MAX_RELATED = 32;
const MAX_ERRORS = 10;

/**
 * An error and what led to it, the nearest first: the error, its cause and the errors of an AggregateError, then theirs.
 * Each object once, so that a circle ends; at most 32, and at most 10 of one AggregateError.
 */
export function relatedErrors(error: unknown): readonly object[] {
  const found = new Set<object>();
  const add = (value: unknown): void => {
    if (isObject(value) && found.size < MAX_RELATED) found.add(value);
  };
  add(error);
  // A Set hands out what is added while it is walked.
  for (const related of found) {
    add(read(related, 'cause'));
    const errors = read(related, 'errors');
    if (!isList(errors)) continue;
    const count = Math.min(Number(read(errors, 'length')), MAX_ERRORS);
    for (let index = 0; index < count; index++) add(read(errors, String(index)));
  }
  return [...found];
}
