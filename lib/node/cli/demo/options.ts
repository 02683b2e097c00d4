/** The command line of the demo. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDuration } from '../../../core/unit';

export const USAGE = `Usage: npm start -- [folder] [--for 30s]

Runs a coding agent on a source tree and shows its telemetry.

  folder        the tree to work on; default: the current folder
  --for <time>  how long, such as 8s, 10m or 1.5h; default: 30s
  --help        prints this`;

/** What the command line asks for. */
export interface CommandLine {
  readonly isHelp: boolean;
  /** Absolute. */
  readonly folder: string;
  readonly forMs: number;
}

/** A command line that can't be followed; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Reads the arguments after the program's name.
 *
 * @throws {UsageError} for an unknown option, a time that is none, more than one folder, or one that does not exist.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = split(args);
  if (positionals.length > 1) throw new UsageError(`One folder can be given, not ${positionals.length}: ${positionals.join(' ')}`);
  const isHelp = values.help ?? false;
  const folder = resolve(positionals[0] ?? '.');
  if (!isHelp && !isFolder(folder)) throw new UsageError(`There is no folder ${folder}`);
  return { isHelp, folder, forMs: readTime(values.for ?? '30s') };
}

function split(args: readonly string[]): { values: { for?: string | undefined; help?: boolean | undefined }; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { for: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    // Node goes on to explain how to pass a folder that begins with a dash.
    throw new UsageError((error as Error).message.split(/\.\s|\n/)[0]!);
  }
}

function readTime(time: string): number {
  try {
    return parseDuration('--for', time);
  } catch {
    throw new UsageError(`--for ${time} is not a time; write it as 8s, 10m or 1.5h, 24 days at most`);
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
