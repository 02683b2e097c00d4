/** The admin API, as the page asks it. The session is in a cookie that no script can read. */

/** What the API refused, in its own words. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
  }
}

export interface Api {
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  send<Answer>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer>;
  /** An answer as it is: for streams and files. */
  raw(path: string, init?: RequestInit): Promise<Response>;
  /** Address of a path, for links to files. */
  href(path: string): string;
}

/** @param base - What stands before `/admin` in the address of the page; without a slash at its end. */
export function createApi(base: string): Api {
  const raw = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(base + path, { credentials: 'same-origin', cache: 'no-store', redirect: 'error', ...init });

  async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
    let response: Response;
    try {
      response = await raw(path, init);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      throw new ApiProblem(0, 'UNREACHABLE', 'The program does not answer. It may have ended, or be on its way up again');
    }
    if (response.ok) return (await response.json()) as Answer;
    throw await problemOf(response);
  }

  return {
    raw,
    href: (path) => base + path,
    get: (path, signal) => ask(path, signal === undefined ? {} : { signal }),
    send: (method, path, body) =>
      ask(path, {
        method,
        headers: { 'x-telemetry-request': '1', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
  };
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const { code, detail } = (await response.json()) as { readonly code?: string; readonly detail?: string };
    return new ApiProblem(response.status, code ?? 'UNKNOWN', detail ?? response.statusText);
  } catch {
    return new ApiProblem(response.status, 'UNKNOWN', `The answer was ${response.status}`);
  }
}
