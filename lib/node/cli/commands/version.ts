import packageJson from '../../../../package.json';
import { type Command, defineCommand } from '../command';

export const command: Command = defineCommand({
  name: 'version',
  summary: 'prints the version',
  arguments: [],
  options: {},
  async run({ stdout }) {
    stdout.write(`${packageJson.version}\n`);
    return 0;
  },
});
