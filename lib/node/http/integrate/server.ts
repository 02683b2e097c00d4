import type { IncomingMessage, ServerResponse } from 'node:http';
import { attachServer, type NodeServer } from '../attach';
import { answerOwn, type FindOwn } from './own-paths';
import type { Parts } from './parts';
import { replace } from './replace';

type Emit = (this: unknown, ...args: unknown[]) => unknown;

/** A server of Node's: our paths are answered before its listeners are asked, whenever those are added. */
export function integrateServer(server: NodeServer, { tracking, find }: Parts): () => void {
  let isOn = true;
  const restore = replace(
    server as { emit: Emit },
    'emit',
    (emit) =>
      function emitOthers(...args) {
        return isOn && answered(find, args) ? true : Reflect.apply(emit, this, args);
      },
  );
  // In front of ours, so that these requests are tracked as well.
  const detach = tracking && attachServer(tracking, server);
  return () => {
    isOn = false;
    detach?.();
    restore();
  };
}

function answered(find: FindOwn, [name, request, response]: unknown[]): boolean {
  if (name !== 'request' && name !== 'checkContinue') return false;
  const findHere: FindOwn = (...asked) => {
    const own = find(...asked);
    if (own !== undefined && name === 'checkContinue') (response as ServerResponse).writeContinue();
    return own;
  };
  return answerOwn(findHere, request as IncomingMessage, response as ServerResponse);
}
