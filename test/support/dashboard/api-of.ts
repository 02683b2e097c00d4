/** What the API of a program tells, without a browser between. */
import { WRITE_TOKEN } from '../admin/tokens';
import type { Program } from './program';

/** Waits for something to hold, in small steps; fails with what was seen last. */
export async function until<Seen>(look: () => Promise<Seen> | Seen, isIt: (seen: Seen) => boolean, what: string): Promise<Seen> {
  let seen = await look();
  for (let turn = 0; turn < 150 && !isIt(seen); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    seen = await look();
  }
  if (!isIt(seen)) throw new Error(`${what}: ${JSON.stringify(seen)?.slice(0, 1500)}`);
  return seen;
}

/** The answer of a path, as JSON. */
export async function told<Answer>({ server }: Pick<Program, 'server'>, path: string): Promise<Answer> {
  const response = await fetch(server.url + path, { headers: { 'x-admin-token': WRITE_TOKEN } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** Changes something through the API, as the operator. */
export const changing = (
  { server }: Pick<Program, 'server'>,
  method: 'PUT' | 'POST' | 'DELETE',
  path: string,
  body: unknown,
): Promise<Response> =>
  fetch(server.url + path, {
    method,
    headers: { 'x-admin-token': WRITE_TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
