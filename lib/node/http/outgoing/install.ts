import type { ClientRequest } from 'node:http';
import { CLIENT_EVENTS, clientCreated, patchAgents } from './node-client';
import { outgoing } from './state';
import { subscribeAll } from './subscribe';
import { UNDICI_EVENTS, type UndiciRequest, undiciCreated } from './undici';

/** Puts in what the uses there are want, and takes out what none of them wants any more. */
export function settle(): void {
  if (outgoing.uses.size > 0) outgoing.propagation ??= installPropagation();
  if (outgoing.clients.size > 0) outgoing.watching ??= subscribeAll({ ...UNDICI_EVENTS, ...CLIENT_EVENTS });
  else {
    outgoing.watching?.();
    outgoing.watching = undefined;
  }
  if (outgoing.uses.size > 0) return;
  outgoing.propagation?.();
  outgoing.propagation = undefined;
}

function installPropagation(): () => void {
  const unsubscribe = subscribeAll({
    'undici:request:create': (message: { readonly request: UndiciRequest }) => undiciCreated(message),
    ...(tellsOfNewRequests() && {
      'http.client.request.created': ({ request }: { readonly request: ClientRequest }) => clientCreated(request),
    }),
  });
  const unpatch = tellsOfNewRequests() ? undefined : patchAgents();
  return () => {
    unsubscribe();
    unpatch?.();
  };
}

/** Whether this Node publishes `http.client.request.created`; a channel doesn't say whether anybody ever will. */
export function tellsOfNewRequests(version: string = process.versions.node): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 2) || (major === 22 && minor >= 12);
}
