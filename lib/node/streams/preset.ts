import type { LevelName } from '../../core/level';
import type { KeepOptions, RotateOptions } from '../file/options';

/** A file of a preset. */
export interface PresetStream {
  /** `{app}` stands for the application's name. */
  readonly file: string;
  readonly level?: LevelName;
  /** Only lines of this tag. */
  readonly tag?: string;
  /** Each line is written at once. */
  readonly sync?: boolean;
  /** `text`, unless somebody names another format. */
  readonly format?: 'json' | 'text';
  readonly rotate: RotateOptions;
  readonly keep: KeepOptions;
}

/** What files there are for a kind of application; plain data, in `config/presets.ts`. */
export interface Preset {
  /** Format of the console, where nobody names one. */
  readonly console?: 'text';
  /** Text has `[instance]` and `[module:function:line]`. */
  readonly textNamesInstance?: boolean;
  readonly streams: Readonly<Record<string, PresetStream>>;
}
