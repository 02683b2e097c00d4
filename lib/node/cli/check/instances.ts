import type { CheckFunction } from '../../../health/result';
import { UsageError } from '../usage-error';
import { type AskOptions, ask, Interrupted, NoAnswer, NotWell, type Unanswered } from './ask';
import { answered, type Finding, failed, interrupted, seconds } from './finding';
import { reasonOf } from './reason';
import { secretsOf } from './secrets';

/** An instance of an application, and where it says how it is. */
export interface Instance {
  readonly name: string;
  readonly url: URL;
}

const MOST = 100;
const NAME = /^[\w.:[\]-]{1,64}$/;

/**
 * Reads `main=http://127.0.0.1:8000/health`; without a name it is that of the host.
 *
 * @throws {UsageError} which does not show the address: there can be a token in it.
 */
export function readInstances(given: readonly string[]): Instance[] {
  if (given.length > MOST) throw new UsageError(`${given.length} instances are too many; name at most ${MOST}`);
  const instances = given.map(readInstance);
  const names = instances.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`Two instances are called '${twice}'; give each a name of its own`);
  return instances;
}

function readInstance(text: string, index: number): Instance {
  const [, given, address = ''] = /^(?:([^=/?#]*)=)?(.*)$/s.exec(text)!;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError(
      `Instance ${index + 1} has no address that begins with http:// or https://; write it as main=http://127.0.0.1:8000/health`,
    );
  }
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`Instance ${index + 1} has a user name in its address, which is not supported`);
  const name = given ?? url.host;
  if (!NAME.test(name)) throw new UsageError(`Instance ${index + 1} has no name of 1 to 64 letters, digits, '_', '-' and '.'`);
  return { name, url };
}

/** What makes the question to an address. */
export type Asking = (url: string) => CheckFunction;

/** Asks an instance until it is well, or has been asked for long enough. */
export async function checkInstance({ name, url }: Instance, asking: Asking, options: AskOptions): Promise<Finding> {
  const answer = await ask(asking(url.href), { ...options, mayPass: (error) => !isBadPort(error) });
  if ('ms' in answer) return answered(name, answer);
  const { error } = answer;
  const reason = reasonOf(error, secretsOf(url));
  if (error instanceof NotWell) {
    const message = `${name} is responding, but not healthy: ${reason.replace(/^It /, 'it ')}`;
    return failed(name, message, 'Look at its checks and its log.', 'NOT_HEALTHY');
  }
  if (error instanceof Interrupted) return interrupted(name, answer.askedMs);
  if (isBadPort(error)) {
    const message = `${name} can't be asked: fetch refuses port ${url.port}, as browsers do`;
    return failed(name, message, 'Have the instance listen at another port.', 'NOT_RESPONDING');
  }
  const message = `${name} is not responding: ${reason} at ${url.host}`;
  return failed(name, message, `Start it, or look into its log.${waited(answer, options)}`, 'NOT_RESPONDING');
}

function waited({ error, askedMs, isInterrupted }: Unanswered, { waitMs }: AskOptions): string {
  if (isInterrupted) return ` It was asked for ${seconds(askedMs)}, then interrupted.`;
  return waitMs === 0 || error instanceof NoAnswer ? '' : ` It was asked for ${seconds(waitMs)}.`;
}

/** `fetch` asks no port that is known to belong to another protocol; asking again changes nothing. */
const isBadPort = (error: unknown): boolean => reasonOf(error) === 'bad port';
