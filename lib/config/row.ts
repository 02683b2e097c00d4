import type { Level, LevelName } from '../core/level';
import type { Environment } from './environment';

/** The kinds of values; `kinds.ts` has a parser and a description for each. */
export type KindName =
  | 'text'
  | 'path'
  | 'field'
  | 'flag'
  | 'integer'
  | 'bytes'
  | 'mode'
  | 'level'
  | 'levels'
  | 'choice'
  | 'format'
  | 'environment'
  | 'url'
  | 'token';

/** One configuration value: everything that loading, errors, `explain()` and the README say about it. */
export interface ConfigRow {
  /** The environment variables that set it; the first one that is set and right wins. */
  readonly variables: readonly string[];
  readonly kind: KindName;
  /** One line of Markdown. */
  readonly doc: string;
  /** The words of a `choice`. */
  readonly of?: readonly string[];
  /** Bounds of `integer` and `bytes`, both included; of `mode`, `min` is what must be permitted. */
  readonly min?: number;
  readonly max?: number;
  /** Which half of a variable such as `info,coder.llm=debug` is meant: the level for all, or those of single loggers. */
  readonly half?: 'all' | 'named';
  /** May have no value at all; every other row needs one in `config/default.ts`, which the compiler demands. */
  readonly optional?: true;
  /** Never shown: `***` in errors and in `explain()`. */
  readonly secret?: true;
}

/** A table of rows by key. A key is the name of the value in arguments, in `config/` and in the loaded configuration. */
export type ConfigRows = Readonly<Record<string, ConfigRow>>;

/** A format's name, or a pattern such as `%(asctime)s - %(levelname)s - %(message)s`. */
export type LogFormat = 'json' | 'text' | 'pretty' | 'minimal' | 'combined' | `${string}%(${string})${string}`;

/** Levels by logger name. The names are the user's: look them up with `Object.hasOwn`. */
export type LogLevels = Readonly<Record<string, Level>>;

type Flexible = {
  readonly bytes: { readonly value: number; readonly input: number | string };
  readonly mode: { readonly value: number; readonly input: number | string };
  readonly level: { readonly value: Level; readonly input: LevelName };
  readonly levels: { readonly value: LogLevels; readonly input: Readonly<Record<string, LevelName>> };
};

/** The types of a row: what it is once loaded, and what may be given for it. */
export type TypeOf<Row extends ConfigRow, Side extends 'value' | 'input'> = Row['kind'] extends keyof Flexible
  ? Flexible[Row['kind']][Side]
  : Row extends { readonly kind: 'choice'; readonly of: readonly (infer Word)[] }
    ? Word
    : {
        readonly flag: boolean;
        readonly integer: number;
        readonly format: LogFormat;
        readonly environment: Environment;
        readonly text: string;
        readonly path: string;
        readonly field: string;
        readonly url: string;
        readonly token: string;
      }[Exclude<Row['kind'], keyof Flexible | 'choice'>];
