import { type ConfigSource, describeConfig } from '../../../config/explain';
import { loadConfig } from '../../../config/load';
import { escapeText } from '../../../log/formats/escape';
import { type Command, defineCommand } from '../command';
import { PROGRAM } from '../help';

export const command: Command = defineCommand({
  name: 'config',
  summary: 'shows every configuration value and where it comes from',
  arguments: [],
  options: { json: { doc: 'a JSON list of { key, value, source, variable }; null where there is none' } },
  notes: [
    'Values come from environment variables, config/<environment> and defaults, in this order; secrets are ***.',
    'A variable that is wrong is told on stderr, with code 1; one that is doubtful is told there, too.',
  ],
  async run({ stdout, stderr, env, values }) {
    const config = loadConfig({ env });
    for (const warning of config.warnings) stderr.write(`${PROGRAM}: ${escapeText(warning)}\n`);
    if (values.json) stdout.write(`${JSON.stringify(config.explain().map(complete), null, 2)}\n`);
    else stdout.write(`${describeConfig(config)}\n`);
    return 0;
  },
});

/** Every row of the JSON has every key. */
const complete = ({ key, value = null as never, source, variable = null as never }: ConfigSource): ConfigSource => ({
  key,
  value,
  source,
  variable,
});
