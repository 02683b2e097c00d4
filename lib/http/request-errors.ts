import { type ContextFields, runInScope, type ScopeOwner } from '../core/context';
import type { HttpHost } from './host';
import { isExpected } from './status';

/** Of one request; further ones are reported each time they are told of. */
const MAX_ERRORS = 20;

interface Told {
  readonly error: unknown;
  readonly id: string;
}

/** The errors of a request. Adapters, handlers and frameworks tell of the same one; it is reported once. */
export class RequestErrors {
  private readonly told: Told[] = [];
  /** The one that makes the end of the request an exception. */
  failure: Told | undefined = undefined;

  constructor(
    private readonly host: Pick<HttpHost, 'reportError'>,
    private readonly scope: ContextFields,
    private readonly request: ScopeOwner,
  ) {}

  /** The handler failed with it. @returns The id of the error. */
  fail(error: unknown, status: number): string {
    const told = this.tell(error, status);
    if (!isExpected(status)) this.failure ??= told;
    return told.id;
  }

  /** Somebody dealt with it. @returns The id of the error. */
  report(error: unknown, status: number): string {
    return this.tell(error, status).id;
  }

  private tell(error: unknown, status: number): Told {
    const before = this.told.find((known) => Object.is(known.error, error));
    if (before !== undefined) return before;
    const report = {
      level: isExpected(status) ? ('warn' as const) : undefined,
      fields: this.request.errorFields(),
    };
    const told = {
      error,
      id: runInScope(this.scope, () => this.host.reportError(error, report)),
    };
    if (this.told.length < MAX_ERRORS) this.told.push(told);
    return told;
  }
}
