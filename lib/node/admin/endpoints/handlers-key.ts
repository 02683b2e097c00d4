import { createHmac, randomBytes } from 'node:crypto';

/** Of this process: without it, ids with secrets in them could be guessed from their keys. */
const SECRET = randomBytes(32);
const LENGTH = 16;

/** Names a handler in a path, as its id can't that has a `/` in it or is shown redacted. The same as long as the process runs. */
export const handlerKey = (id: string): string => `~${createHmac('sha256', SECRET).update(id).digest('base64url').slice(0, LENGTH)}`;

export const isHandlerKey = (text: string): boolean => /^~[\w-]{16}$/.test(text);
