import { scopeOwner } from '../core/context';
import type { TrackedRequest } from './api';
import type { TraceContext } from './trace-context';

/** The request that is being answered here, also in scopes within its own; `undefined` outside of any. Costs some nanoseconds. */
export const currentRequest = (): TrackedRequest | undefined => scopeOwner() as TrackedRequest | undefined;

/** Where the request that is being answered here stands in its trace. */
export const currentTrace = (): TraceContext | undefined => currentRequest()?.trace;
