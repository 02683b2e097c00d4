import { type Complaints, reasonOf } from '../complaints';
import type { Claims } from './claims';
import { headText } from './family';
import { foreignName, readForeign } from './foreign';
import { foreignLines } from './foreign-lines';
import type { Resolved } from './options';
import type { Page } from './page';
import type { Turn } from './page-cache';
import type { RenderCounts } from './render';

/** Writes what registries returned behind the metrics of the bus, in our own hand: their strings may hold anything. */
export class Merger {
  constructor(
    private readonly options: Resolved,
    private readonly complaints: Complaints,
    private readonly counts: RenderCounts,
  ) {}

  *write(families: readonly unknown[], page: Page, turn: Turn, claims: Claims): Generator<void, void> {
    for (const json of families) {
      try {
        yield* this.writeFamily(json, page, turn, claims);
      } catch (error) {
        this.counts.failures++;
        this.complaints.onceAMinute('family', `A metric of a registry could not be written: ${reasonOf(error)}`);
      }
      yield;
    }
  }

  private *writeFamily(json: unknown, page: Page, { format }: Turn, claims: Claims): Generator<void, void> {
    const named = foreignName(json);
    if (named === undefined) return;
    const { name, fullName, kind, help } = named;
    if (!claims.claim(name, kind)) {
      this.counts.leftOut++;
      this.complaints.once(`Metric ${fullName.slice(0, 200)} of a registry is left out of the Prometheus page: its name is taken`);
      return;
    }
    const family = yield* readForeign(json, named, this.options.constant.entries);
    let isFirst = true;
    for (const series of family.series.values()) {
      const text = foreignLines(family, series, format);
      if (text !== '' && isFirst) page.add(headText(name, kind, help, format, undefined, fullName));
      if (text !== '') isFirst = false;
      page.add(text);
      yield;
    }
  }
}
