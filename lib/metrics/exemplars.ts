import { contextFields } from '../core/context';
import { errorIdOf } from '../core/error-id';
import type { Exemplar, Tags } from './view';

/** Ids longer than this are none. */
const ID = /^[\w.:-]{1,64}$/;

/** The latest exemplar of each bucket of a series. */
export class Exemplars {
  private readonly latest: (Exemplar | undefined)[] = [];

  note(bucket: number, exemplar: Exemplar): void {
    this.latest[bucket] = exemplar;
  }

  at(bucket: number): Exemplar | undefined {
    return this.latest[bucket];
  }
}

/**
 * What a sample can be traced by: `trace_id` and `span_id` of the context or the metadata, and the id of its error (`error_id`,
 * or that of an error object in `reason` or `error`). `undefined` when there is nothing, or it can't be read.
 */
export function exemplarTags(metadata: object): Tags | undefined {
  try {
    const tags = readTags(metadata);
    return tags.length > 0 ? tags : undefined;
  } catch {
    // The sample counts all the same.
    return undefined;
  }
}

function readTags(metadata: object): Tags {
  const fields = contextFields();
  const given = metadata as Readonly<Record<string, unknown>>;
  const tags: (readonly [string, string])[] = [];
  for (const name of ['trace_id', 'span_id']) {
    const id = given[name] ?? fields?.[name];
    if (typeof id === 'string' && ID.test(id)) tags.push([name, id]);
  }
  const error = given.reason ?? given.error;
  const id = given.error_id ?? (error instanceof Error ? errorIdOf(error) : undefined);
  if (typeof id === 'string' && ID.test(id)) tags.push(['error_id', id]);
  return tags;
}
