/** A log file and the names of what was rotated out of it: `app.log`, `app.log.1` (the newest), `app.log.2.gz` … */
export interface Family {
  /** The file that is written, absolute. */
  readonly active: string;
  /** Where rotated files are, absolute: the folder of the file, or the archive. */
  readonly folder: string;
  /** Permissions of what is made. */
  readonly fileMode: number;
  readonly dirMode: number;
}

/** Limits of what stays, resolved from `KeepOptions`. */
export interface Retention {
  readonly files: number;
  readonly maxAgeMs: number | undefined;
  readonly totalBytes: number | undefined;
}
