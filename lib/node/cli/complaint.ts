/** How errors are told: what is wrong and what to do, without a stack unless one is asked for. */
import { isTelemetryError } from '../../core/errors';
import { escapeText } from '../../log/formats/escape';
import type { Command } from './command';
import { PROGRAM, usageOf } from './help';
import { UsageError } from './usage-error';

export interface Complaint {
  /** For stderr, without a line end after it. Controls are escaped: an error may quote what somebody else wrote. */
  readonly text: string;
  /** 2 for a wrong command line, else 1. */
  readonly exitCode: number;
}

/**
 * What the program says about an error, and the code it ends with.
 *
 * A `TelemetryError` is told in its parts, with its code. An error of another class than `Error` is a mistake in the
 * program rather than in its use, and is told with its name and how to see more.
 *
 * @param command - Whose command line is wrong, when it is.
 * @param isDebug - With the stack.
 */
export function complaintAbout(error: unknown, command: Command | undefined, isDebug: boolean): Complaint {
  const isUsage = error instanceof UsageError;
  const lines = isUsage ? usageLines(error, command) : failureLines(error, isDebug);
  if (isDebug && error instanceof Error && error.stack !== undefined) lines.push(...error.stack.split('\n'));
  return { text: lines.map(escapeText).join('\n'), exitCode: isUsage ? 2 : 1 };
}

function usageLines({ message }: UsageError, command: Command | undefined): string[] {
  const usage = command === undefined ? `${PROGRAM} <command> [options]` : usageOf(command);
  const help = command === undefined ? 'help' : `help ${command.name}`;
  return [`${PROGRAM}: ${message}`, `Usage: ${usage}`, `"${PROGRAM} ${help}" says more.`];
}

function failureLines(error: unknown, isDebug: boolean): string[] {
  if (isTelemetryError(error)) return [`${PROGRAM}: ${error.what}. [${error.code}]`, ...`${error.why}.`.split('\n'), `${error.fix}.`];
  if (!(error instanceof Error)) return [`${PROGRAM}: ${String(error)}`];
  if (error.name === 'Error') return [`${PROGRAM}: ${error.message}`];
  return [`${PROGRAM}: ${error.name}: ${error.message}`, ...(isDebug ? [] : ['With --debug it says where that came from.'])];
}
