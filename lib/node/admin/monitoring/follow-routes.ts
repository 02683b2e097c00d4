import type { Followed } from '../../../dashboard/wire/logs';
import { Turns } from '../endpoints/in-turns';
import { Slots } from '../files/slots';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { COUNT, listOf, object, oneOf, orNull, refused, TEXT, YES_NO } from '../schemas';
import { followInFiles } from './follow-files';
import type { KeptLine } from './kept-line';
import { lineFilter } from './line-filter';
import type { LineRing } from './line-ring';
import { invalidId } from './lines-routes';
import { RECORD } from './lines-schemas';
import type { RequestRing } from './request-ring';
import { REQUEST } from './requests-schemas';
import { isId } from './scope-ids';

export const MAX_RECORDS = 500;
const MAX_SEARCHES = 2;

const FOLLOWED = object({
  id: TEXT,
  records: {
    ...listOf(object({ found_in: oneOf('memory', 'file'), file: TEXT, record: RECORD }, ['file'])),
    description: 'The oldest first, at most the newest 500',
  },
  request: orNull(REQUEST),
  searched: object({
    files: { ...COUNT, description: 'How many were read' },
    is_complete: { ...YES_NO, description: 'false: there may be more, in files that were not read or beyond the most that is told' },
  }),
});

type Source = Pick<Followed, 'records' | 'searched'>;

/** `/admin/logs/of/{id}`: everything that is known of one request, session, trace or error. */
export function followRoute(parts: AdminParts, ring: LineRing, requests: RequestRing): Route {
  const { texts } = redactedBy(parts.telemetry);
  const searches = new Slots(MAX_SEARCHES, 'Searches for ids');

  return {
    method: 'GET',
    path: '/admin/logs/of/{id}',
    scope: 'read',
    tag: 'logs',
    summary: 'What was logged of one request, session, trace or error, by its id',
    description:
      'From memory, and where that has nothing, or files are asked for, from the log files: the stream app, and where that has nothing the others, 256 MiB of each, for at most 5 s together.',
    params: { id: { ...TEXT, maxLength: 128, description: 'As it stands in the records' } },
    query: { files: { type: 'boolean', default: false, description: 'Search the files, whatever memory has' } },
    responses: {
      200: { description: 'Without records where nothing was found', schema: FOLLOWED },
      400: refused('It can be no id'),
      503: refused('Two searches are under way'),
    },
    isSensitive: true,
    async handle({ params: { id = '' }, query, signal }) {
      if (!isId(id)) throw invalidId();
      const inMemory = query.files === true ? undefined : await followInMemory(ring, id);
      const found: Source = inMemory ?? (await followInFiles(parts, searches, { id, most: MAX_RECORDS, signal }));
      const request = requests.of(id);
      const json: Followed = { id, ...found, request: request === undefined ? null : texts(request) };
      return { json };
    },
  };
}

/** `undefined` where memory has nothing of it. */
async function followInMemory(ring: LineRing, id: string): Promise<Source | undefined> {
  ring.open();
  const isWanted = lineFilter({ id });
  const turns = new Turns();
  const found: KeptLine[] = [];
  let matched = 0;
  // What came before them is gone.
  const isAll = ring.oldestSeq === 1;
  for (const line of ring.newestFirst()) {
    if (turns.isOver) await turns.next();
    if (!isWanted(line)) continue;
    matched++;
    if (found.length < MAX_RECORDS) found.push(line);
  }
  if (matched === 0) return undefined;
  return {
    records: found.reverse().map(({ record }) => ({ found_in: 'memory', record })),
    searched: { files: 0, is_complete: isAll && matched <= MAX_RECORDS },
  };
}
