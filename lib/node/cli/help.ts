/** Help, generated from what commands say of themselves. */
import type { Command, CommandOption } from './command';
import { COMMON_OPTIONS } from './parse-command';

/** What the program is called in texts. */
export const PROGRAM = 'telemetry-bus';

/** `--for <time>`, or the flag's name alone. */
const synopsis = (name: string, { value }: CommandOption): string => (value === undefined ? `--${name}` : `--${name} <${value}>`);

/** `telemetry-bus demo [folder] [--for <time>]`; `[file...]` for an argument that may be given several times. */
export function usageOf({ name, arguments: args, options }: Command): string {
  const given = [
    ...args.map(({ name: argument, many }) => `${argument}${many ? '...' : ''}`),
    ...Object.entries(options).map(([option, data]) => synopsis(option, data)),
  ];
  return [PROGRAM, name, ...given.map((text) => `[${text}]`)].join(' ');
}

/** The help of the program, without a line end after it. */
export function programHelp(commands: readonly Command[]): string {
  return [
    `Usage: ${PROGRAM} <command> [options]`,
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...columns([...optionRows(COMMON_OPTIONS), ['--version', 'prints the version']]),
    '',
    `"${PROGRAM} help <command>" says more about a command.`,
    'Exit codes: 0, 1 for a failure, 2 for a wrong command line, 10 and 11 of check, 130 after Ctrl-C, 143 after SIGTERM.',
  ].join('\n');
}

/** The help of a command, without a line end after it. */
export function commandHelp(command: Command): string {
  const args = command.arguments.map(({ name, doc }) => [name, doc] as const);
  const rows = columns([...args, ...optionRows({ ...command.options, ...COMMON_OPTIONS })]);
  const notes = command.notes === undefined ? [] : ['', ...command.notes];
  const summary = `${command.summary.charAt(0).toUpperCase()}${command.summary.slice(1)}.`;
  return [`Usage: ${usageOf(command)}`, '', summary, '', ...rows, ...notes].join('\n');
}

type Row = readonly [name: string, text: string];

const optionRows = (options: Readonly<Record<string, CommandOption>>): Row[] =>
  Object.entries(options).map(([name, option]) => [
    name === 'help' ? '-h, --help' : synopsis(name, option),
    option.default === undefined ? option.doc : `${option.doc}; default: ${option.default}`,
  ]);

function columns(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}
