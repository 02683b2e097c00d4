import { lstatSync } from 'node:fs';
import { quietly } from '../../../core/quietly';
import { Slots } from '../files/slots';
import type { AdminParts, LogFileEntry } from '../parts';
import type { Route } from '../route';
import { COUNT, ISO_TIME, listOf, object, TEXT, YES_NO } from '../schemas';
import { downloadRoute } from './files-download';
import { tailRoute } from './files-tail';
import { mapInTurns } from './in-turns';

const MAX_FILES = 2000;
const MAX_DOWNLOADS = 4;

const ANSWER = object({
  files: listOf(object({ name: TEXT, stream: TEXT, bytes: COUNT, modified: ISO_TIME, compressed: YES_NO })),
  total: COUNT,
});

/** `/admin/files`: the log files that this program writes, and what was rotated out of them. No other file can be named here. */
export function filesRoutes(parts: AdminParts): readonly Route[] {
  const list: Route = {
    method: 'GET',
    path: '/admin/files',
    scope: 'read',
    tag: 'files',
    summary: 'The log files, rotated ones included',
    responses: { 200: { description: 'By stream, the newest first; at most 2,000', schema: ANSWER } },
    async handle() {
      const entries = parts.files();
      return { json: { files: (await mapInTurns(entries.slice(0, MAX_FILES), shown)).flat(), total: entries.length } };
    },
  };
  return [list, downloadRoute(parts, new Slots(MAX_DOWNLOADS, 'Downloads of log files')), tailRoute(parts)];
}

/** Nothing for a file that is gone by now. */
function shown({ name, stream, path, isCompressed }: LogFileEntry): readonly object[] {
  const found = quietly(() => lstatSync(path, { throwIfNoEntry: false }));
  if (found?.isFile() !== true) return [];
  return [{ name, stream, bytes: found.size, modified: found.mtime.toISOString(), compressed: isCompressed }];
}
