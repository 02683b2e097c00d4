import { LEVELS, type Level } from '../../../core/level';
import { cursorText, readCursor } from '../files/cursor';
import { lineFilter, shownLine } from '../files/line-filter';
import { tail } from '../files/tail';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { Route } from '../route';
import { listOf, object, oneOf, refused, TEXT, YES_NO } from '../schemas';
import { FILE_NAME, noFile } from './files-download';

const ANSWER = object({
  name: { ...TEXT, description: 'The file that was read: after a rotation another one than was asked for' },
  lines: listOf({ type: ['object', 'string'], description: 'A record where the line is JSON, else its text' }),
  cursor: { ...TEXT, description: 'For `after`: goes on behind these lines' },
  has_more: { ...YES_NO, description: 'Without `after`: there are lines before these. With it: there are some behind them already' },
  has_gap: { ...YES_NO, description: 'The place of the cursor is gone, and lines are missing' },
});

/** `GET /admin/files/{name}/tail`: the last lines, and those that came since. */
export function tailRoute({ files }: AdminParts): Route {
  return {
    method: 'GET',
    path: '/admin/files/{name}/tail',
    scope: 'read',
    tag: 'files',
    summary: 'The last lines of a log file, or those behind a cursor',
    description:
      'Reads at most 1 MiB; filters apply to what was read. Asked again with `after`, it tells what was written since, through rotations. A line that is not ended is none yet.',
    params: { name: FILE_NAME },
    query: {
      lines: { type: 'integer', minimum: 1, maximum: 2000, default: 200, description: 'How many at most' },
      after: { ...TEXT, maxLength: 128, description: 'The cursor of the answer before' },
      level: { ...oneOf(...LEVELS), description: 'This level and those above' },
      text: { ...TEXT, maxLength: 256, description: 'Only lines with this in them, whatever the case' },
    },
    responses: {
      200: { description: 'Lines, the oldest first', schema: ANSWER },
      400: refused('The cursor is none'),
      404: refused('No such log file'),
      409: refused('It is compressed: download it'),
    },
    isSensitive: true,
    async handle({ params, query }) {
      const { name = '' } = params;
      const entries = files();
      if (entries.find((entry) => entry.name === name)?.isCompressed === true) {
        throw new Problem(409, 'FILE_COMPRESSED', 'It is compressed. Download it: GET /admin/files/{name}');
      }
      const after = query.after === undefined ? undefined : readCursor(String(query.after));
      if (query.after !== undefined && after === undefined) {
        throw new Problem(400, 'CURSOR_INVALID', 'after must be the cursor of an earlier answer; leave it out for the last lines');
      }
      const accepts = lineFilter({ level: query.level as Level | undefined, text: query.text as string | undefined });
      const found = await tail(entries, name, { most: Number(query.lines), after, accepts });
      if (found === undefined) throw noFile();
      const { lines, next, hasMore, hasGap } = found;
      return { json: { name: found.name, lines: lines.map(shownLine), cursor: cursorText(next), has_more: hasMore, has_gap: hasGap } };
    },
  };
}
