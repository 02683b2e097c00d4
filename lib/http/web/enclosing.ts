import type { Exchange } from '../api';
import { methodOf, pathOf } from '../head';
import { currentRequest } from '../scope';

/**
 * The request that is being answered here, when it is this very one: tracked already by a server around, or by an outer wrapper. It is
 * told by its method and path; others that a handler makes of the same application are tracked by themselves.
 */
export function enclosing(request: Partial<Request> | undefined | null): Exchange | undefined {
  const outer = currentRequest() as Exchange | undefined;
  if (outer === undefined || outer.isOver) return undefined;
  return outer.method === methodOf(request?.method) && outer.path === pathOf(request?.url) ? outer : undefined;
}
