export const ENVIRONMENTS = ['development', 'test', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/**
 * The environment of the process: `APP_ENV`, else `NODE_ENV`, where the platform has environment variables; anything
 * else is development.
 */
export function detectEnvironment(): Environment {
  const { process } = globalThis as { readonly process?: { readonly env?: Readonly<Record<string, string | undefined>> } };
  const name = process?.env?.APP_ENV || process?.env?.NODE_ENV;
  return ENVIRONMENTS.find((environment) => environment === name) ?? 'development';
}
