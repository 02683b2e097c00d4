/** What a command of the program is made of: data that parsing and help are generated from, and a function. */

/** An option, `--name` or `--name <value>`. */
export interface CommandOption {
  /** What stands for the value in help, such as `time`. Without it the option is a flag. */
  readonly value?: string;
  /** The value when the option is not given. */
  readonly default?: string;
  readonly doc: string;
}

/** An argument without a name in front; all are optional. */
interface CommandArgument {
  readonly name: string;
  readonly doc: string;
  /** It is the last one, and may be given any number of times. */
  readonly many?: true;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

/** The values of options: text for those that take some (`undefined` when not given and without a default), else whether the flag is there. */
type ValuesOf<Options extends CommandOptions> = {
  readonly [Name in keyof Options]: Options[Name] extends { readonly value: string }
    ? string | (Options[Name] extends { readonly default: string } ? never : undefined)
    : boolean;
};

/** A stream for text; a terminal's also knows its size. `process.stdout` is one. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** What the program has around it. */
export interface Surroundings {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the program is to end: a signal came, or nobody reads the output any more. */
  readonly signal: AbortSignal;
}

/** What a command is run with. */
interface CommandContext<Values = Readonly<Record<string, string | boolean | undefined>>> extends Surroundings {
  readonly values: Values;
  readonly arguments: readonly string[];
  /** Whether what goes to stdout may be coloured. */
  readonly colors: boolean;
  /** The other commands; `load` throws a `UsageError` for a name that none has. */
  readonly commands: { load(name: string): Promise<Command>; all(): Promise<readonly Command[]> };
}

/** A command. Its options are known to its own `run` only; see {@link defineCommand}. */
export interface Command extends CommandData<CommandOptions> {
  run(context: CommandContext): Promise<number>;
}

interface CommandData<Options extends CommandOptions> {
  readonly name: string;
  /** One line that completes "this command …". */
  readonly summary: string;
  readonly arguments: readonly CommandArgument[];
  readonly options: Options;
  /** Lines for the end of its help. */
  readonly notes?: readonly string[];
}

interface CommandWith<Options extends CommandOptions> extends CommandData<Options> {
  /**
   * Does the work.
   *
   * @returns The exit code: 0, or 1 for a failure that the command has told itself.
   * @throws {UsageError} for a wrong value, code 2; anything else is told on stderr, code 1.
   */
  run(context: CommandContext<ValuesOf<Options>>): Promise<number>;
}

/** Checks a command against its own options, so that `context.values` has their types. */
export const defineCommand = <const Options extends CommandOptions>(command: CommandWith<Options>): Command => command;
