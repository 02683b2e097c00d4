import { namesOf } from '../../core/semantics/names';
import { resourceFromEnvironment } from '../../core/variables/otel-resource';
import type { Variables } from '../../core/variables/process-variables';

/** What a bus knows of the program. */
export interface Origin {
  readonly app?: string;
  readonly environment?: string;
  readonly instance?: string;
  readonly hostname?: string;
}

/**
 * Attributes of a resource, as records of the schema `otel` have them: what the bus says, whose configuration knows the variables, and
 * what they say besides. Only the environment is theirs first: the library knows four, and who deploys can have others.
 */
export function resourceAttributes(origin: Origin, env?: Variables, tell?: (problem: string) => void): Record<string, string> {
  const attributes: Record<string, string> = { ...resourceFromEnvironment(env, tell) };
  for (const [key, name] of namesOf('resource')) {
    const value = origin[key as keyof Origin];
    if (typeof value === 'string' && (key !== 'environment' || attributes[name] === undefined)) attributes[name] = value;
  }
  return attributes;
}
