import { ENVIRONMENTS } from './environment';
import { printedAs } from './explain';
import { KINDS } from './kinds';
import { DEFAULTS, PROFILES } from './profiles';
import type { ConfigRow } from './row';
import { CONFIG_ROWS, type ConfigKey } from './table';

/** Every configuration value as a Markdown table, which is what the README shows. Ends without a line break. */
export function configTable(): string {
  const rows = (Object.entries(CONFIG_ROWS) as [ConfigKey, ConfigRow][]).map(([key, row]) => [
    row.variables.map(code).join(', '),
    code(key),
    row.doc,
    KINDS[row.kind].allowed(row),
    defaultOf(key),
  ]);
  return [['Variable', 'Value', 'Meaning', 'Allowed', 'Default'], Array<string>(5).fill('---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

/** The default of all environments, then those that differ from it. */
function defaultOf(key: ConfigKey): string {
  const general = DEFAULTS[key];
  const different = ENVIRONMENTS.filter((name) => PROFILES[name][key] !== undefined && PROFILES[name][key] !== general);
  return [shown(key, general), ...different.map((name) => `${name} ${shown(key, PROFILES[name][key])}`)].join('; ');
}

const shown = (key: string, value: unknown): string => {
  const text = printedAs(key, value);
  return text === '-' ? 'none' : code(text);
};

const code = (text: string): string => `\`${text}\``;
