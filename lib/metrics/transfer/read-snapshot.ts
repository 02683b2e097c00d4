import { MAX_BOUNDS } from '../bounds';
import { ByteReader, invalid } from './byte-reader';
import type { SnapshotConflict } from './conflicts';
import { createBody, type DistributionBody, readBody } from './distribution-body';
import { FLAG, HEADER_LENGTH, MAX_CONFLICTS, MAX_METRICS, MAX_TIME, TYPE_BITS, TYPES } from './layout';
import { isDistribution, type MetricHead, problemOf } from './metric-head';
import { type SeriesPlaces, StoredMetric } from './stored-metric';
import { TermReader } from './term-reader';

/** What a snapshot holds. */
export interface SnapshotContent {
  readonly bytes: Uint8Array;
  readonly takenAt: number;
  readonly sources: number;
  readonly metrics: readonly StoredMetric[];
  readonly conflicts: readonly SnapshotConflict[];
}

/** The shortest series: tags, beginning and body of a byte each. */
const SHORTEST_SERIES = 3;
/** The shortest metric: head, two texts, no unit, no description, one series. */
const SHORTEST_METRIC = 9;
const FLAGS = FLAG.monotonic | FLAG.automatic | FLAG.event | FLAG.hdr;

/**
 * Reads a snapshot after its header, and checks all of it. What is kept is some 20 bytes for each series beside the bytes, each
 * text once, and a number for each text of a list of tags; while it reads, a key for each of these, too.
 *
 * @throws {TelemetryError} `SNAPSHOT_INVALID`
 */
export function readSnapshot(bytes: Uint8Array): SnapshotContent {
  const reader = new ByteReader(bytes, HEADER_LENGTH);
  const terms = new TermReader();
  const takenAt = readTime(reader);
  const sources = reader.count();
  const [names, exportNames] = [new Set<string>(), new Set<string>()];
  const metrics: StoredMetric[] = [];
  for (let left = reader.many('metrics', SHORTEST_METRIC, MAX_METRICS); left > 0; left--) {
    const { at } = reader;
    const metric = readMetric(reader, terms, takenAt);
    if (names.has(metric.name) || exportNames.has(metric.exportName)) throw invalid(at, `a metric ${metric.name} comes twice`);
    names.add(metric.name);
    exportNames.add(metric.exportName);
    metrics.push(metric);
  }
  const conflicts = readConflicts(reader, terms);
  if (reader.rest > 0) throw invalid(reader.at, `${reader.rest} bytes more than it has`);
  terms.end();
  return { bytes, takenAt, sources, metrics, conflicts };
}

function readMetric(reader: ByteReader, terms: TermReader, takenAt: number): StoredMetric {
  const head = readHead(reader, terms);
  const { at } = reader;
  const count = reader.many('series', SHORTEST_SERIES);
  if (count === 0) throw invalid(at, 'a metric without series');
  const places: SeriesPlaces = {
    count,
    tags: new Uint32Array(count),
    createdAt: new Float64Array(count),
    from: new Uint32Array(count),
    to: new Uint32Array(count),
  };
  const body = isDistribution(head.type) ? createBody(head) : undefined;
  const seen = new Set<number>();
  let createdAt = takenAt;
  for (let index = 0; index < count; index++) {
    const from = reader.at;
    places.tags[index] = terms.tags(reader);
    const set = terms.setOf(places.tags[index]!);
    if (seen.has(set)) throw invalid(from, 'two series with the same tags');
    seen.add(set);
    createdAt += reader.signed();
    if (!(createdAt >= 0 && createdAt <= MAX_TIME)) throw invalid(from, 'a series that begins before or after all times');
    places.createdAt[index] = createdAt;
    places.from[index] = reader.at;
    if (body === undefined) checkValue(reader, head, takenAt);
    else readBody(reader, head, body as DistributionBody);
    places.to[index] = reader.at;
  }
  return new StoredMetric(head, reader.bytes, terms, places);
}

function readHead(reader: ByteReader, terms: TermReader): MetricHead {
  const { at } = reader;
  const byte = reader.byte();
  const type = TYPES[byte & TYPE_BITS];
  if (type === undefined || (byte & ~TYPE_BITS & ~FLAGS) !== 0) throw invalid(at, 'a metric of a kind that there is not');
  const [name, exportName] = [terms.text(reader), terms.text(reader)];
  if (name === undefined || exportName === undefined) throw invalid(at, 'a metric without a name');
  const [unit, description] = [terms.text(reader), terms.text(reader)];
  const has = (flag: number): boolean => (byte & flag) !== 0;
  const head: MetricHead = {
    name,
    exportName,
    type,
    monotonic: has(FLAG.monotonic),
    unit,
    description,
    automatic: has(FLAG.automatic),
    isEvent: has(FLAG.event),
    bounds: type === 'distribution' ? readBounds(reader) : undefined,
    hdr: has(FLAG.hdr),
    perUnit: has(FLAG.hdr) ? reader.number() : undefined,
  };
  const problem = problemOf(head);
  if (problem !== undefined) throw invalid(at, `a metric that can not be: ${problem}`);
  return head;
}

const readBounds = (reader: ByteReader): readonly number[] =>
  Object.freeze(Array.from({ length: reader.many('bounds', 1, MAX_BOUNDS) }, () => reader.number()));

/** The body of what is no distribution. */
function checkValue(reader: ByteReader, { type, monotonic }: MetricHead, takenAt: number): void {
  const { at } = reader;
  if (type === 'counter') {
    reader.count();
    return;
  }
  const value = reader.number();
  if (type === 'sum') {
    reader.number();
    if (monotonic && value < 0) throw invalid(at, 'a sum that only rises is negative');
  } else if (reader.count() > takenAt) throw invalid(at, 'a value that was read before all times');
}

function readTime(reader: ByteReader): number {
  const { at } = reader;
  const time = reader.count();
  if (time > MAX_TIME) throw invalid(at, 'a time after all times');
  return time;
}

function readConflicts(reader: ByteReader, terms: TermReader): readonly SnapshotConflict[] {
  const conflicts: SnapshotConflict[] = [];
  for (let left = reader.many('conflicts', 2, MAX_CONFLICTS); left > 0; left--) {
    const { at } = reader;
    const [name, why] = [terms.text(reader), terms.text(reader)];
    if (name === undefined || why === undefined) throw invalid(at, 'a conflict without a name or a reason');
    conflicts.push(Object.freeze({ name, why }));
  }
  return Object.freeze(conflicts);
}
