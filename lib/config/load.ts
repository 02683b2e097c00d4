import { isRecord } from '../core/options';
import { show } from '../core/show';
import { resourceFromEnvironment } from '../core/variables/otel-resource';
import { ENVIRONMENTS, type Environment, processVariables, type Variables } from './environment';
import { type ConfigSource, explainRow } from './explain';
import { checkKeys, configInvalid, type Problem, readOwn } from './problem';
import { DEFAULTS, PROFILES } from './profiles';
import { type Layer, type Resolved, resolveRow, VARIABLES } from './resolve';
import type { ConfigRow } from './row';
import { CONFIG_ROWS, type ConfigInput, type ConfigKey, type ConfigValues } from './table';
import { unknownVariables } from './variables';

/** What `loadConfig` takes; none of it is needed. */
export interface ConfigOptions {
  /** Values that win over everything else. Texts such as `'50MB'` are read as in a variable. */
  readonly values?: ConfigInput | undefined;
  /** Environment variables. Default: those of the process, read at the call. */
  readonly env?: Variables | undefined;
  /** An application's own values by environment; they win over the library's `config/<environment>`. */
  readonly profiles?: { readonly [Name in Environment]?: ConfigInput | undefined } | undefined;
}

/** A loaded configuration: every value, where it comes from, and what seems wrong without being an error. Frozen. */
export type TelemetryConfig = ConfigValues & {
  /** Every value with its source, in the order of the README's table; secrets are `***`. */
  readonly explain: () => readonly ConfigSource[];
  /** Sentences about unknown `TELEMETRY_…` variables and about redaction that is off. */
  readonly warnings: readonly string[];
};

const KEYS = Object.keys(CONFIG_ROWS) as readonly ConfigKey[];
const ROWS: Readonly<Record<ConfigKey, ConfigRow>> = CONFIG_ROWS;

/**
 * Loads the configuration: for each value the first of argument, environment variable, `config/<environment>` and
 * default. `APP_ENV`, else `NODE_ENV`, chooses the environment unless it is an argument. Blank variables are not set.
 * What a right value overrides is not looked at. What OTEL_RESOURCE_ATTRIBUTES says of `service.name` and `service.instance.id` stands
 * for variables that are not set.
 *
 * `filterSensitiveData: false` holds outside production only; there it stays `true`. Both leave a warning.
 *
 * @throws {TelemetryError} `CONFIG_INVALID`, one for everything that is wrong with options, arguments and variables: a
 * line each with the place, the value, what was probably meant and what is allowed.
 * @example
 * const config = loadConfig({ values: { port: 9000 }, env: { APP_ENV: 'production', LOG_LEVEL: 'warning,coder.llm=debug' } });
 * config.port; // => 9000
 * config.logLevel; // => 'warn'
 * config.logLevels; // => { 'coder.llm': 'debug' }
 * config.explain().find(({ key }) => key === 'logToConsole'); // => { key: 'logToConsole', value: false, source: 'config', variable: 'config/production' }
 */
export function loadConfig(options: ConfigOptions = {}): TelemetryConfig {
  const problems: Problem[] = [];
  const bag = objectOr(options, 'loadConfig', problems);
  checkKeys(bag, 'loadConfig', ['values', 'env', 'profiles'], problems);
  const values = objectIn(bag, 'values', 'values', problems) ?? {};
  const env = objectIn(bag, 'env', 'env', problems) ?? processVariables();
  const profiles = objectIn(bag, 'profiles', 'profiles', problems) ?? {};
  checkKeys(values, 'values', KEYS, problems);
  checkKeys(profiles, 'profiles', ENVIRONMENTS, problems);

  const given: readonly Layer[] = [
    { source: 'argument', name: 'values', values },
    { source: 'environment', name: VARIABLES, values: env },
  ];
  const fallback: Layer = { source: 'default', name: 'config/default', values: DEFAULTS };
  const chosen = resolveRow('environment', CONFIG_ROWS.environment, [...given, fallback], problems);
  const environment = chosen.value as Environment;
  const ownName = `profiles.${environment}`;
  const own = objectIn(profiles, environment, ownName, problems) ?? {};
  checkKeys(
    own,
    ownName,
    KEYS.filter((key) => key !== 'environment'),
    problems,
  );
  const warnings: string[] = [];
  const resource = resourceFromEnvironment(env as Variables, (problem) => warnings.push(problem));
  const described = { app: resource['service.name'], instance: resource['service.instance.id'] };
  const layers: readonly Layer[] = [
    ...given,
    { source: 'environment', name: 'OTEL_RESOURCE_ATTRIBUTES', values: described },
    { source: 'config', name: ownName, values: own },
    { source: 'config', name: `config/${environment}`, values: PROFILES[environment] },
    fallback,
  ];
  const rows = KEYS.map((key) => [key, key === 'environment' ? chosen : resolveRow(key, ROWS[key], layers, problems)] as const);
  warnings.push(...unknownVariables(env, CONFIG_ROWS, problems));
  if (problems.length > 0) throw configInvalid(problems);
  return assemble(new Map(rows), environment, warnings);
}

function assemble(rows: Map<ConfigKey, Resolved>, environment: Environment, warnings: string[]): TelemetryConfig {
  if (rows.get('filterSensitiveData')?.value === false) {
    if (environment === 'production') rows.set('filterSensitiveData', { value: true, source: 'default' });
    warnings.push(
      environment === 'production'
        ? 'filterSensitiveData is false, which has no effect in production: sensitive data stays masked.'
        : 'filterSensitiveData is false: sensitive data is written to the logs as it is.',
    );
  }
  const sources = Object.freeze([...rows].map(([key, resolved]) => explainRow(key, ROWS[key], resolved)));
  const config = {};
  // Secrets are read by their names only: who prints a configuration, or copies it, does not mean them.
  for (const [key, { value }] of rows)
    Object.defineProperty(config, key, { value, enumerable: ROWS[key].secret !== true || value === undefined });
  return Object.freeze(Object.assign(config, { explain: () => sources, warnings: Object.freeze(warnings) })) as TelemetryConfig;
}

/** An object of an object; `undefined` when it is absent or none, which is then among the problems. */
function objectIn(from: object, key: string, at: string, problems: Problem[]): object | undefined {
  const reading = readOwn(from, key);
  if ('value' in reading) return reading.value === undefined ? undefined : objectOr(reading.value, at, problems);
  problems.push({ at, said: 'throws when it is read', allowed: 'a plain object' });
  return undefined;
}

/** The value when it is an object, else an empty one and a problem. */
function objectOr(value: unknown, at: string, problems: Problem[]): object {
  if (isRecordSafely(value)) return value;
  problems.push({ at, said: `got ${show(value)}`, allowed: 'an object' });
  return {};
}

/** Asking a revoked proxy whether it is an array throws. */
function isRecordSafely(value: unknown): value is Record<string, unknown> {
  try {
    return isRecord(value);
  } catch {
    return false;
  }
}
