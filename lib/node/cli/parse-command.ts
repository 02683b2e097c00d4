import { parseArgs } from 'node:util';
import type { Command, CommandOptions } from './command';
import { didYouMean, UsageError } from './usage-error';

/** Options that every command takes. They may also stand before the command. */
export const COMMON_OPTIONS: CommandOptions = {
  help: { doc: 'prints help' },
  'no-color': { doc: 'no colours; NO_COLOR and FORCE_COLOR are heard, too' },
  debug: { doc: 'says where in the program an error came from' },
};

export interface ParsedCommand {
  /** By name, with defaults, common options included. Flags are always there. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly arguments: readonly string[];
}

/**
 * Reads the arguments that follow a command's name.
 *
 * @throws {UsageError} for an unknown option, an option without its value or with one too many, and too many arguments.
 */
export function parseCommand(command: Command, args: readonly string[]): ParsedCommand {
  const options: CommandOptions = { ...command.options, ...COMMON_OPTIONS };
  const { values, positionals } = split(args, options);
  const most = command.arguments.length;
  if (positionals.length > most && !command.arguments.at(-1)?.many) {
    const allowed = most === 0 ? 'no argument' : most === 1 ? `one ${command.arguments[0]!.name}` : `${most} arguments`;
    throw new UsageError(`'${command.name}' takes ${allowed}, not ${positionals.length}: ${positionals.join(' ')}`);
  }
  const given = Object.entries(options).map(([name, option]) => [name, values[name] ?? option.default ?? nothing(option.value)]);
  return { values: Object.fromEntries(given), arguments: positionals };
}

const nothing = (value: string | undefined): false | undefined => (value === undefined ? false : undefined);

interface Split {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
}

function split(args: readonly string[], options: CommandOptions): Split {
  const kinds = Object.entries(options).map(([name, { value }]) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...Object.fromEntries(kinds), help: { type: 'boolean', short: 'h' } },
    });
    return { values: values as Split['values'], positionals };
  } catch (error) {
    // Node goes on to explain how to pass an argument that begins with a dash.
    const message = (error as Error).message.split(/\.\s|\n/)[0]!;
    const unknown = /^Unknown option '(.+)'$/s.exec(message)?.[1];
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(unknown === undefined ? message : `${message}${didYouMean(unknown, names)}`);
  }
}
