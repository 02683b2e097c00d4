import { type Command, defineCommand } from '../command';
import { commandHelp, programHelp } from '../help';

export const command: Command = defineCommand({
  name: 'help',
  summary: 'prints help, of all commands or of one',
  arguments: [{ name: 'command', doc: 'which one' }],
  options: {},
  async run({ stdout, commands, arguments: [name] }) {
    stdout.write(`${name === undefined ? programHelp(await commands.all()) : commandHelp(await commands.load(name))}\n`);
    return 0;
  },
});
