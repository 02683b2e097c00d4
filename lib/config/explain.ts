import { octal } from './kinds';
import type { TelemetryConfig } from './load';
import { MASK } from './problem';
import type { Resolved } from './resolve';
import type { ConfigRow, LogLevels } from './row';
import { CONFIG_ROWS, type ConfigKey } from './table';

/** Where one value of a configuration comes from. */
export interface ConfigSource {
  readonly key: string;
  /** The value; `***` when it is secret and set. */
  readonly value: string | number | boolean | LogLevels | undefined;
  readonly source: 'argument' | 'environment' | 'config' | 'default';
  /** The variable, such as `LOG_LEVEL`, or the file, such as `config/production`. */
  readonly variable?: string;
}

export function explainRow(key: string, { secret }: ConfigRow, { value, ...where }: Resolved): ConfigSource {
  return Object.freeze({ key, value: secret && value !== undefined ? MASK : (value as ConfigSource['value']), ...where });
}

/**
 * A configuration as a text table: key, value, source. Secrets are `***`, what has no value is `-`.
 *
 * @example
 * const text = describeConfig(loadConfig({ env: { PORT: '9000' } }));
 * text.split('\n').find((line) => line.startsWith('port'))?.split(/ +/); // => ['port', '9000', 'environment', 'PORT']
 */
export function describeConfig(config: TelemetryConfig): string {
  const rows = config
    .explain()
    .map(({ key, value, source, variable }) => [key, printedAs(key, value), sourceText(source, variable)] as const);
  const lines = [['KEY', 'VALUE', 'SOURCE'] as const, ...rows];
  const [keys, values] = [widest(lines.map(([key]) => key)), widest(lines.map(([, value]) => value))];
  return lines.map(([key, value, source]) => `${key.padEnd(keys)}  ${value.padEnd(values)}  ${source}`).join('\n');
}

const sourceText = (source: ConfigSource['source'], variable: string | undefined): string =>
  source === 'config' ? `${variable}` : variable === undefined ? source : `${source} ${variable}`;

/** A value of a row as it could stand in its variable. */
export const printedAs = (key: string, value: unknown): string =>
  CONFIG_ROWS[key as ConfigKey].kind === 'mode' ? octal(value as number) : printed(value);

/** A value as it could stand in a variable; `-` for none. */
const printed = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, level]) => `${name}=${level}`)
        .join(',') || '-'
    : String(value ?? '-');

const widest = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length));
