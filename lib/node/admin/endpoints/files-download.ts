import { fileBody } from '../files/body';
import { openEntry } from '../files/open-entry';
import { readRange } from '../files/range';
import type { Slots } from '../files/slots';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { JsonSchema, Route } from '../route';
import { refused, TEXT } from '../schemas';

const BYTES: JsonSchema = { type: 'string', format: 'binary' };
export const FILE_NAME: JsonSchema = { ...TEXT, maxLength: 512, description: 'As `GET /admin/files` tells it' };

/** There is no such file, or it is not ours: not told apart. */
export const noFile = (): Problem => new Problem(404, 'NOT_FOUND', 'There is no such log file. GET /admin/files lists those there are');

/** `GET /admin/files/{name}`: a log file as it is, whole or a range of it. */
export function downloadRoute({ files, clock }: AdminParts, downloads: Slots): Route {
  return {
    method: 'GET',
    path: '/admin/files/{name}',
    scope: 'read',
    tag: 'files',
    summary: 'Downloads a log file',
    description:
      'As long as it is when the request comes. `Range: bytes=…` with one range is answered with 206; a compressed file is sent as it is. At most 4 at a time.',
    params: { name: FILE_NAME },
    responses: {
      200: { description: 'The file', schema: BYTES, contentType: 'application/octet-stream' },
      206: { description: 'The range', schema: BYTES, contentType: 'application/octet-stream' },
      404: refused('No such log file'),
      416: refused('The range begins behind the end; content-range tells where that is'),
      503: refused('Four downloads are under way'),
    },
    isSensitive: true,
    async handle({ params, request, signal }) {
      const release = downloads.take();
      const opened = await openEntry(files(), params.name ?? '');
      if (opened === undefined) {
        release();
        throw noFile();
      }
      const { file, bytes, entry } = opened;
      const ended = (): void => release();
      // Nothing tells that a file is still the one that a client has a part of.
      const range = request.headers.has('if-range') ? undefined : readRange(request.headers.get('range'), bytes);
      if (range === 'none' || request.method === 'HEAD' || bytes === 0) await file.close().then(ended, ended);
      if (range === 'none') {
        throw new Problem(416, 'RANGE_INVALID', `The file has ${bytes} bytes`, {
          'content-range': `bytes */${bytes}`,
          'accept-ranges': 'bytes',
        });
      }
      const { from, to } = range ?? { from: 0, to: bytes - 1 };
      const headers = {
        'accept-ranges': 'bytes',
        'content-type': 'application/octet-stream',
        'content-disposition': disposition(entry.name),
        'content-length': `${to - from + 1}`,
        ...(range !== undefined && { 'content-range': `bytes ${from}-${to}/${bytes}` }),
      };
      const body = request.method === 'HEAD' || bytes === 0 ? null : fileBody({ file, range: { from, to }, clock, signal, ended });
      return new Response(body, { status: range === undefined ? 200 : 206, headers });
    },
  };
}

/** See RFC 6266: a plain name for the old, and the exact one. */
function disposition(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '_');
  const exact = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
