import type { ErrorRecord } from '../../wire/errors';

type Json = Readonly<Record<string, unknown>>;

/** A line that told of an occurrence. */
export interface ToldLine {
  readonly record: Json;
  /** Files, or what it was found in. */
  readonly places: readonly string[];
}

/** One occurrence of an error: all lines with its id. */
export interface ErrorOccurrence {
  readonly id: string;
  /** The first one with the error in it. */
  readonly main: Json;
  /** Fields of all its lines; of one that several have, what the first says. */
  readonly fields: Json;
  /** In the order in which they were found. */
  readonly lines: readonly ToldLine[];
}

/** Records by the occurrence that they are of, the newest first. The same line of two files is one. Lines that are no JSON are not among them. */
export function occurrencesOf(records: readonly ErrorRecord[]): readonly ErrorOccurrence[] {
  const byId = new Map<string, Map<string, { record: Json; places: string[] }>>();
  for (const { record, file, found_in: foundIn } of records) {
    if (typeof record === 'string') continue;
    const id = typeof record.error_id === 'string' ? record.error_id : '';
    const lines = byId.get(id) ?? new Map();
    byId.set(id, lines);
    const text = JSON.stringify(record);
    const line = lines.get(text) ?? { record, places: [] };
    lines.set(text, line);
    const place = file ?? foundIn;
    if (!line.places.includes(place)) line.places.push(place);
  }
  const all = [...byId].map(([id, found]) => {
    const lines = [...found.values()];
    return {
      id,
      lines,
      main: mainOf(lines),
      fields: Object.fromEntries([...lines].reverse().flatMap(({ record }) => Object.entries(record))),
    };
  });
  return all.sort((one, other) => (timeText(one.main) < timeText(other.main) ? 1 : -1));
}

/** Lines on the way up say the same error again; the first one was nearest to it. */
const mainOf = (lines: readonly ToldLine[]): Json => (lines.find(({ record }) => record.exception !== undefined) ?? lines[0])?.record ?? {};

/** ISO times in one zone are sorted as texts. */
const timeText = ({ timestamp }: Json): string => (typeof timestamp === 'string' ? timestamp : '');
