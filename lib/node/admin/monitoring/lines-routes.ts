import { LEVELS, type Level } from '../../../core/level';
import { quietly } from '../../../core/quietly';
import type { LogLines } from '../../../dashboard/wire/logs';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { Route } from '../route';
import { oneOf, refused, TEXT } from '../schemas';
import { lineFilter } from './line-filter';
import type { LineRing } from './line-ring';
import { searchLines } from './line-search';
import { LINES } from './lines-schemas';
import { isId } from './scope-ids';

/** `/admin/logs/lines`: the last lines of the log, from memory. */
export function linesRoute({ telemetry }: Pick<AdminParts, 'telemetry'>, ring: LineRing): Route {
  // Lines may be said to nobody at all; then there is nothing to wait for.
  const hasLog = (): boolean =>
    ring.open() && Object.values(quietly(() => telemetry.getLogLevels()) ?? {}).some((level) => level !== 'silent');

  return {
    method: 'GET',
    path: '/admin/logs/lines',
    scope: 'read',
    tag: 'logs',
    summary: 'The last lines of the log, from memory',
    description:
      'Kept are the last 2,000 lines, of together at most 2 MiB; of a line of more than 16 Ki characters only what it begins with. A line is told that passes all filters.',
    query: {
      level: { ...oneOf(...LEVELS.filter((level) => level !== 'silent')), description: 'This level and those above' },
      logger: { ...TEXT, maxLength: 200, description: 'A logger and those below it' },
      event: { ...TEXT, maxLength: 200, description: 'The name of an event, or what names begin with and .*' },
      id: { ...TEXT, maxLength: 128, description: 'An id of a request, trace, span, session, error, correlation or user' },
      text: { ...TEXT, maxLength: 200, description: 'Only lines with this in them, whatever the case' },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 200, description: 'How many lines, the newest' },
      since_seq: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Only lines after this one' },
    },
    responses: { 200: { description: 'The oldest first', schema: LINES }, 400: refused('The id can be none') },
    isSensitive: true,
    async handle({ query }) {
      const { level, logger, event, id, text } = query as Readonly<Record<string, string | undefined>>;
      if (id !== undefined && !isId(id)) throw invalidId();
      const has_log = hasLog();
      const { lastSeq: last_seq, oldestSeq: oldest_seq, kept } = ring;
      const isWanted = lineFilter({ level: level as Level | undefined, logger, event, id, text });
      const found = await searchLines(ring.newestFirst(), { isWanted, most: Number(query.limit), after: Number(query.since_seq ?? 0) });
      const json: LogLines = { ...found, last_seq, oldest_seq, kept, has_log };
      return { json };
    },
  };
}

export const invalidId = (): Problem =>
  new Problem(400, 'ID_INVALID', 'An id has 1 to 128 letters, digits and . _ - : @ + / = only, such as 0af7651916cd43dd8448eb211c80319c');
