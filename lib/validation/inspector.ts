import type { Inspector } from '../core/create-bus';
import { TelemetryError } from '../core/errors';
import { NOTHING } from '../core/event';
import type { Warning } from '../core/warning';
import { ASYNC, check } from './check';

/** Whether payloads are checked against the schemas of their events, and what a mismatch does. */
export type Validation = 'off' | 'warn' | 'throw';

/**
 * Decides the mode: what is asked for, else off in production and `warn` elsewhere.
 *
 * @throws {TelemetryError} `OPTION_INVALID` for `throw` outside the test environment: nothing wrong at an emission may
 * break an application that runs.
 */
export function validationMode(asked: Validation | undefined, environment: string): Validation {
  if (asked === 'throw' && environment !== 'test') {
    throw new TelemetryError(
      'OPTION_INVALID',
      'Option "validate" is "throw" outside the test environment',
      `The environment is "${environment}"`,
      'Use "warn", or set APP_ENV=test or { environment: "test" }',
    );
  }
  return asked ?? (environment === 'production' ? 'off' : 'warn');
}

/**
 * Makes what checks a bus's emissions, or nothing for `off`, so that an unchecked bus has no trace of it.
 *
 * A mismatch is thrown in mode `throw` and named once per event and part in mode `warn`. A schema that answers with a
 * promise can't be used in a synchronous emission: it is refused when it is declared, where an empty object shows it,
 * and otherwise at the first emission; in mode `warn` it is then not asked again.
 */
export function createInspector(mode: Validation, warn: (warning: Warning) => void): Inspector | undefined {
  if (mode === 'off') return undefined;
  const warned = new Map<string, string>();
  return {
    declared({ schema, key }) {
      const schemas = [schema?.measurements, schema?.metadata];
      if (schemas.some((one) => one && check(one, NOTHING) === ASYNC)) throw asyncSchema(key);
    },
    emitted({ definition, key }, measurements, metadata) {
      const schema = definition?.schema;
      if (schema === undefined) return;
      for (const part of ['measurements', 'metadata'] as const) {
        const name = `${part} of ${key}`;
        const one = schema[part];
        if (one === undefined || warned.get(name) === 'SCHEMA_ASYNC') continue;
        const verdict = check(one, (part === 'metadata' ? metadata : measurements) ?? NOTHING);
        if (verdict === undefined) continue;
        const error = verdict === ASYNC ? asyncSchema(key) : mismatch(name, verdict);
        if (mode === 'throw') throw error;
        if (warned.has(name)) continue;
        warned.set(name, error.code);
        warn({ code: error.code, message: `${error.what}. ${error.why}. ${error.fix}` });
      }
    },
  };
}

const mismatch = (name: string, issue: string): TelemetryError =>
  new TelemetryError(
    'SCHEMA_MISMATCH',
    `The ${name} do not match their schema`,
    issue.slice(0, 300),
    'Correct what is emitted, or the schema',
  );

const asyncSchema = (key: string): TelemetryError =>
  new TelemetryError(
    'SCHEMA_ASYNC',
    `The schema of ${key} answers asynchronously`,
    'execute() is synchronous and returns before the answer',
    'Use a synchronous schema, or pass { validate: "off" }',
  );
