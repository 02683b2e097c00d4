import { quietly } from '../../../core/quietly';
import { isError, read } from '../../../core/read';

const MOST = 300;
const DEEPEST = 5;

/**
 * Why something did not answer, on one line of at most 300 characters: the system's word for it where there is one, such as
 * `ECONNREFUSED`, else the message.
 *
 * @param secrets - Texts that must not be in it, such as a password.
 */
export function reasonOf(error: unknown, secrets: readonly string[] = []): string {
  const code = codeOf(error);
  const text = code !== undefined && /^E[A-Z_]{3,}$/.test(code) ? code : messageOf(error);
  return masked(text.replace(/\s+/g, ' ').trim() || 'no reason was given', secrets).slice(0, MOST);
}

/** The code of an error or of what caused it: `fetch` hides it there, and Node collects one for each address of a name. */
export function codeOf(error: unknown, depth = 0): string | undefined {
  const code = read(error, 'code');
  if (typeof code === 'string' && code !== '') return code;
  if (depth === DEEPEST || typeof error !== 'object' || error === null) return undefined;
  const several = read(error, 'errors');
  const inside = [read(error, 'cause'), ...(Array.isArray(several) ? several.slice(0, DEEPEST) : [])];
  for (const other of inside) {
    const found = codeOf(other, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** That of what is underneath: `fetch` itself says no more than that it failed. */
function messageOf(error: unknown): string {
  let inner = error;
  for (let depth = 0; depth < DEEPEST && isError(read(inner, 'cause')); depth++) inner = read(inner, 'cause');
  const message = isError(inner) ? read(inner, 'message') : quietly(() => String(inner));
  return typeof message === 'string' ? message : '';
}

function masked(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, '***');
  return shown;
}
