import { usesColors } from '../../log/formats/colors';
import type { Command, Surroundings } from './command';
import { complaintAbout } from './complaint';
import { commandHelp } from './help';
import { loadCommand, loadCommands } from './load-command';
import { COMMON_OPTIONS, parseCommand } from './parse-command';
import { didYouMean, UsageError } from './usage-error';

/** Options that stand for a command where no command is named. */
const INSTEAD: Readonly<Record<string, string>> = { '--help': 'help', '-h': 'help', '--version': 'version' };
const COMMON: readonly string[] = Object.keys(COMMON_OPTIONS).map((name) => `--${name}`);

/**
 * Runs the command that a command line names. Never throws: errors are told on stderr.
 *
 * Colours: `--no-color` says no; then `NO_COLOR`, `FORCE_COLOR`, `TERM` and the terminal decide, in this order.
 *
 * @param args - What follows the program's name.
 * @returns The exit code: that of the command, 2 for a wrong command line, 1 for anything else that went wrong.
 */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let command: Command | undefined;
  try {
    const { name, rest } = commandIn(args);
    command = await loadCommand(name);
    const { values, arguments: given } = parseCommand(command, rest);
    if (values.help === true && name !== 'help') {
      surroundings.stdout.write(`${commandHelp(command)}\n`);
      return 0;
    }
    const colors = values['no-color'] !== true && usesColors(surroundings.env, surroundings.stdout);
    return await command.run({ ...surroundings, values, arguments: given, colors, commands: { load: loadCommand, all: loadCommands } });
  } catch (error) {
    const { text, exitCode } = complaintAbout(error, command, isDebug(args));
    surroundings.stderr.write(`${text}\n`);
    return exitCode;
  }
}

/** Splits a command line at the command's name; common options may come before it. */
function commandIn(args: readonly string[]): { readonly name: string; readonly rest: readonly string[] } {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const before = at < 0 ? args : args.slice(0, at);
  const unknown = before.find((arg) => !COMMON.includes(arg) && !Object.hasOwn(INSTEAD, arg));
  if (unknown !== undefined) {
    throw new UsageError(`Unknown option '${unknown}' before a command${didYouMean(unknown, [...COMMON, ...Object.keys(INSTEAD)])}`);
  }
  const instead = before.find((arg) => arg === '--version') ?? (at < 0 ? '--help' : undefined);
  const common = before.filter((arg) => arg !== '--version');
  if (instead !== undefined) return { name: INSTEAD[instead]!, rest: common.filter((arg) => !Object.hasOwn(INSTEAD, arg)) };
  return { name: args[at]!, rest: [...common, ...args.slice(at + 1)] };
}

/** What follows `--` is no option. */
function isDebug(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end < 0 ? args : args.slice(0, end)).includes('--debug');
}
