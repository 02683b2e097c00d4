import type { ErrorGroup } from '../../../errors/group';
import { Slots } from '../files/slots';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { COUNT, listOf, object, oneOf, refused, TEXT } from '../schemas';
import { FOUND, GROUP, shownGroup } from './errors-schemas';
import { type FoundRecords, NOT_SEARCHED, searchRecords } from './errors-search';
import { mapInTurns } from './in-turns';

const MAX_SEARCHES = 2;
/** Groups that are looked through for an id: the latest. */
const MAX_LOOKED_AT = 10_000;
const SORTS = { last_seen: 'lastSeen', first_seen: 'firstSeen', total: 'total', count_last_hour: 'countLastHour' } as const;

/** `/admin/errors`: the errors of this process by kind, and the records of one by its fingerprint or by an id that somebody was told. */
export function errorsRoutes(parts: AdminParts): readonly Route[] {
  const { telemetry } = parts;
  const redacted = redactedBy(telemetry);
  const searches = new Slots(MAX_SEARCHES, 'Searches for errors');

  const list: Route = {
    method: 'GET',
    path: '/admin/errors',
    scope: 'read',
    tag: 'errors',
    summary: 'The errors of this process, one entry for all that are the same',
    query: {
      sort: { ...oneOf(...Object.keys(SORTS)), default: 'last_seen', description: 'Each beginning with the highest' },
      limit: { type: 'integer', minimum: 1, maximum: 1000, default: 100, description: 'How many' },
    },
    responses: {
      200: {
        description: 'Since the process began',
        schema: object({ errors: listOf(GROUP), tracked: { ...COUNT, description: 'Different ones' }, occurrences: COUNT }),
      },
    },
    isSensitive: true,
    async handle({ query }) {
      const { tracked, occurrences } = telemetry.errorStats();
      const groups = telemetry.getErrors({ sort: SORTS[query.sort as keyof typeof SORTS], limit: Number(query.limit) });
      return { json: { errors: await mapInTurns(groups, (group) => shownGroup(group, redacted)), tracked, occurrences } };
    },
  };

  const answer = (group: ErrorGroup | undefined, found: FoundRecords): { readonly json: unknown } => {
    if (group === undefined && found.records.length === 0) throw notFound(found);
    return { json: { group: group === undefined ? null : shownGroup(group, redacted), ...found } };
  };

  const responses = {
    200: { description: 'What is known of it, and its records, from the storage or the newest log files that have any', schema: FOUND },
    400: refused('It cannot be one'),
    404: refused('It was not found; the detail says whether everything was searched'),
    503: refused('Two searches are under way'),
  };
  const searching =
    'Records are looked for in the storage, where one is configured, and else in the log files of the streams errors and app, for at most 5 s and 256 MiB.';

  const one: Route = {
    method: 'GET',
    path: '/admin/errors/{fingerprint}',
    scope: 'read',
    tag: 'errors',
    summary: 'One error by its fingerprint, with records of it',
    description: searching,
    params: { fingerprint: { ...TEXT, maxLength: 64, description: '12 hexadecimal digits' } },
    query: { records: { type: 'integer', minimum: 0, maximum: 100, default: 10, description: 'How many records; 0: none is looked for' } },
    responses,
    isSensitive: true,
    async handle({ params, query, actor, signal }) {
      const { fingerprint = '' } = params;
      if (!/^[0-9a-f]{12}$/.test(fingerprint)) throw invalid('A fingerprint has 12 hexadecimal digits');
      const most = Number(query.records);
      const found = most === 0 ? NOT_SEARCHED : await searchRecords(parts, searches, { fingerprint, most, by: actor.name, signal });
      return answer(telemetry.getError(fingerprint), found);
    },
  };

  const byId: Route = {
    method: 'GET',
    path: '/admin/errors/by-id/{error_id}',
    scope: 'read',
    tag: 'errors',
    summary: 'One error by the id that somebody was told',
    description: searching,
    params: { error_id: { ...TEXT, maxLength: 64, description: '8 letters and digits, such as k3m9q2td' } },
    responses,
    isSensitive: true,
    async handle({ params, actor, signal }) {
      const { error_id: given = '' } = params;
      if (!/^[0-9a-z]{4,64}$/i.test(given)) throw invalid('An error id has letters and digits only, such as k3m9q2td');
      // People write them as they like.
      const errorId = given.toLowerCase();
      const found = await searchRecords(parts, searches, { errorId, most: 20, by: actor.name, signal });
      const group = telemetry
        .getErrors({ limit: MAX_LOOKED_AT })
        .find(({ firstErrorIds, lastErrorIds }) => firstErrorIds.includes(errorId) || lastErrorIds.includes(errorId));
      return answer(group, found);
    },
  };

  return [list, one, byId];
}

const invalid = (detail: string): Problem => new Problem(400, 'ID_INVALID', detail);

function notFound({ searched: { storage, files, is_complete: isComplete } }: FoundRecords): Problem {
  const where = `this process, ${storage === 'absent' ? 'no storage' : `the storage (${storage})`} and ${files} log files`;
  const detail = isComplete
    ? `It is nowhere in ${where}. It may be older than what is kept, or another instance's`
    : `It was not found in ${where}, but the search ended at its limits before it had seen all. Search the files themselves`;
  return new Problem(404, isComplete ? 'NOT_FOUND' : 'SEARCH_INCOMPLETE', detail);
}
