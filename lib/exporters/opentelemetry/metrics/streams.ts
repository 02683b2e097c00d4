import type { MetricSource } from '../../../metrics/seam';
import { reasonOf } from '../../complaints';
import type { Resolved } from './options';
import { Stream } from './stream';

const MAX_ERRORS = 100;

/** What went wrong in one collection, within bounds. */
export class Failures {
  readonly errors: unknown[] = [];

  add(what: string, error: unknown): void {
    if (this.errors.length < MAX_ERRORS) this.errors.push(new Error(`${what} could not be read: ${reasonOf(error)}`, { cause: error }));
  }
}

/**
 * The metrics that are told, each with its name there. Of two with one name the second keeps the one that it has here.
 */
export function* streamsOf(
  source: MetricSource,
  { include, semanticNames }: Pick<Resolved, 'include' | 'semanticNames'>,
  failures: Failures,
): Generator<Stream, void> {
  const taken = new Set<string>();
  try {
    for (const metric of source.metrics()) {
      try {
        if (include?.(metric) === false) continue;
        let stream = new Stream(metric, semanticNames);
        if (taken.has(stream.name)) stream = new Stream(metric, false);
        if (taken.has(stream.name)) throw new Error(`the name ${stream.name} is taken by another one`);
        taken.add(stream.name);
        yield stream;
      } catch (error) {
        failures.add(`Metric ${metric.name}`, error);
      }
    }
  } catch (error) {
    failures.add('The list of metrics', error);
  }
}
