import { processVariables, type Variables } from '../core/variables/process-variables';

export { processVariables, type Variables };

export const ENVIRONMENTS = ['development', 'test', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** The environment a word stands for, in any case; `undefined` when it is none. There are no short forms. */
export function toEnvironment(value: unknown): Environment | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return ENVIRONMENTS.find((environment) => environment === word);
}

/**
 * The environment of the process without a complaint: `APP_ENV`, else `NODE_ENV`; anything else is development.
 * `loadConfig` reads the same variables and refuses a wrong word.
 */
export function detectEnvironment(env: Variables = processVariables()): Environment {
  return toEnvironment(env.APP_ENV?.trim() || env.NODE_ENV) ?? 'development';
}
