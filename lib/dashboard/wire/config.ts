/** The configuration and the levels of the log. */

/** A value and where it came from. */
export interface ConfigValue {
  readonly key: string;
  /** `***` where it is secret; `null` where there is none. */
  readonly value: unknown;
  readonly source: 'argument' | 'environment' | 'config' | 'default';
  /** The variable or the file it comes from. */
  readonly variable?: string;
}

/** `GET /admin/config`. */
export interface Configuration {
  /** `false`: nobody called `startTelemetry`, and only the levels are known. */
  readonly is_started: boolean;
  readonly values: readonly ConfigValue[];
  readonly warnings: readonly string[];
  /** Those that hold now; `*` for all without their own. */
  readonly log_levels: Readonly<Record<string, string>>;
  /** ISO. */
  readonly read_at: string;
}

/** A level that was changed for a time. */
export interface LevelChange {
  /** `*`: all loggers without a level of their own. */
  readonly logger: string;
  /** `inherit`: as the name above. */
  readonly level: string;
  /** What it will be again. */
  readonly original: string;
  /** ISO; `null`: it stays until somebody puts it back. */
  readonly until: string | null;
  /** Name of the token. */
  readonly by: string;
}

/** `GET /admin/levels`. */
export interface Levels {
  /** Of each logger that has its own; `*` for all others. */
  readonly levels: Readonly<Record<string, string>>;
  readonly changes: readonly LevelChange[];
}

/** What `PUT /admin/levels` answers. */
export interface LevelChanged {
  readonly change: LevelChange;
  readonly before: string;
}
