import { ENVIRONMENTS } from './environment';
import { printed } from './explain';
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
  return [shown(general), ...different.map((name) => `${name} ${shown(PROFILES[name][key])}`)].join('; ');
}

const shown = (value: unknown): string => {
  const text = printed(value);
  return text === '-' ? 'none' : code(text);
};

const code = (text: string): string => `\`${text}\``;
