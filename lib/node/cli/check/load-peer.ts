import { TelemetryError } from '../../../core/errors';
import { read } from '../../../core/read';
import type { LoadPackage } from './database';

/** A package that can be used, and what it must export. */
export interface Peer {
  readonly package: string;
  readonly exports: string;
}

/**
 * Loads the first of some packages that is installed.
 *
 * @returns Which one, and what holds its exports: the module, or its default export where a CommonJS package has them there.
 * @throws {TelemetryError} `PEER_MISSING` when there is none; says how to get one.
 */
export async function loadPeer(
  what: string,
  peers: readonly Peer[],
  load: LoadPackage,
): Promise<{ readonly package: string; readonly module: unknown }> {
  for (const peer of peers) {
    const module = await load(peer.package).catch(absent);
    const holder = [module, read(module, 'default')].find((candidate) => typeof read(candidate, peer.exports) === 'function');
    if (holder !== undefined) return { package: peer.package, module: holder };
  }
  const names = peers.map(({ package: name }) => name);
  throw new TelemetryError(
    'PEER_MISSING',
    `${what} can't be asked`,
    names.length === 1 ? `The package ${names[0]} is not installed` : `Neither of the packages ${names.join(' and ')} is installed`,
    `Install ${names.length === 1 ? 'it' : 'one of them'}, such as with "npm install ${names[0]}"`,
  );
}

/** A package that is there but broken is another trouble, and is told as it is. */
function absent(error: unknown): undefined {
  const code = read(error, 'code');
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw error;
}
