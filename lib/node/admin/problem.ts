/** Why a request is not answered, as `application/problem+json` (RFC 9457). Its texts are shown to whoever asked. */
export class Problem extends Error {
  override readonly name: string = 'Problem';

  constructor(
    readonly status: number,
    /** For programs: `NOT_FOUND`, `TOKEN_INVALID` … */
    readonly code: string,
    /** What, why, and what to do. */
    readonly detail: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Members of the answer besides those that each has: `errors`, `error_id`. */
    readonly more: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

/** Asked of whatever was thrown, which may be an application's, and a proxy that throws when it is looked at. */
export function isProblem(error: unknown): error is Problem {
  try {
    return error instanceof Problem;
  } catch {
    return false;
  }
}
