import type { Command } from './command';
import { COMMANDS } from './commands';
import { didYouMean, UsageError } from './usage-error';

/**
 * The command of a name.
 *
 * @throws {UsageError} when there is none, with the nearest one.
 */
export async function loadCommand(name: string): Promise<Command> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) throw new UsageError(`Unknown command '${name}'${didYouMean(name, Object.keys(COMMANDS))}`);
  return (await load()).command;
}

/** Every command, in the order of the table. */
export const loadCommands = (): Promise<Command[]> => Promise.all(Object.keys(COMMANDS).map(loadCommand));
