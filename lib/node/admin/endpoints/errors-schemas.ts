import { LEVELS } from '../../../core/level';
import type { ErrorGroup } from '../../../errors/group';
import type { Redacted } from '../redacted';
import type { JsonSchema } from '../route';
import { COUNT, ISO_TIME, listOf, object, oneOf, orNull, TEXT, YES_NO } from '../schemas';

/** All occurrences of one error. */
export const GROUP: JsonSchema = object(
  {
    fingerprint: TEXT,
    error_type: TEXT,
    message: { ...TEXT, description: 'Of the first occurrence, redacted; what varies is <*>' },
    level: oneOf(...LEVELS),
    logger: TEXT,
    event_name: TEXT,
    first_seen: ISO_TIME,
    last_seen: ISO_TIME,
    total: COUNT,
    count_last_hour: COUNT,
    last_hour: { ...listOf(COUNT), description: 'That count by five minutes, the oldest first: 12 of them' },
    last_error_id: TEXT,
    first_error_ids: { ...listOf(TEXT), description: 'At most 3' },
    last_error_ids: { ...listOf(TEXT), description: 'At most 5, the latest one last' },
  },
  ['event_name'],
);

/** A group as it is shown: nothing secret is in it, whatever its texts were made of. */
export function shownGroup(group: ErrorGroup, { text }: Redacted): object {
  const { fingerprint, level, event, firstSeen, lastSeen, total, countLastHour, lastErrorId, firstErrorIds, lastErrorIds } = group;
  return {
    fingerprint,
    error_type: text(group.type),
    message: text(group.message),
    level,
    logger: text(group.logger),
    ...(event !== undefined && { event_name: text(event) }),
    first_seen: new Date(firstSeen).toISOString(),
    last_seen: new Date(lastSeen).toISOString(),
    total,
    count_last_hour: countLastHour,
    last_hour: group.lastHour,
    last_error_id: lastErrorId,
    first_error_ids: firstErrorIds,
    last_error_ids: lastErrorIds,
  };
}

/** What a search came to. */
export const FOUND: JsonSchema = object({
  group: orNull({ ...GROUP, description: 'null: this process has not met it, or no longer knows of it' }),
  records: listOf(
    object(
      {
        found_in: oneOf('storage', 'file'),
        file: { ...TEXT, description: 'Name of the log file' },
        record: { type: ['object', 'string'], description: 'As it was logged; the text of the line where that is not JSON' },
      },
      ['file'],
    ),
  ),
  searched: object({
    storage: { ...oneOf('absent', 'found', 'nothing', 'failed', 'not needed'), description: 'absent: none is configured' },
    files: { ...COUNT, description: 'How many log files were read' },
    is_complete: { ...YES_NO, description: 'false: there may be more, as the search came to its limits of 5 s and 256 MiB' },
  }),
});
