/** Environment variables by name, as `process.env` holds them. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The environment variables of the process as they are now; none where the platform has none, as in a browser. */
export function processVariables(): Variables {
  const { process } = globalThis as { readonly process?: { readonly env?: Variables } };
  return process?.env ?? {};
}

/** One variable without the space around it; `''` when it is not set, or may not be read. */
export function variableIn(env: Variables | undefined, name: string): string {
  try {
    const value: unknown = (env ?? processVariables())[name];
    return typeof value === 'string' ? value.trim() : '';
  } catch {
    // Deno asks for leave, and throws without it.
    return '';
  }
}
