/** Tokens as an operator would make them, fixed so that tests can be repeated. */
import type { AdminToken } from '../../../lib/node/admin/admin-options';

export const WRITE_TOKEN = 'q3Zt8vLw0XyN5rKpB1mGd7HsJ2cFuA9eTiOoRbQnPkU';
export const READ_TOKEN = 'Wm4Xe7Jb2Tz9Lq0Rn5Vc8Gy1Hd6Kp3Sa-FuIoNtMxZrE';

export const TOKENS: readonly AdminToken[] = [
  { name: 'operator', token: WRITE_TOKEN, scope: 'write' },
  { name: 'viewer', token: READ_TOKEN, scope: 'read' },
];
