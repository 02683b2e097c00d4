/** Errors by fingerprint: `GET /admin/errors`, `/admin/errors/{fingerprint}`, `/admin/errors/by-id/{error_id}`. Times are ISO. */

export interface ErrorRow {
  readonly fingerprint: string;
  readonly error_type: string;
  /** Redacted; what varies is `<*>`. */
  readonly message: string;
  readonly level: string;
  readonly logger: string;
  readonly event_name?: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly total: number;
  readonly count_last_hour: number;
  /** That count by five minutes, the oldest first: 12. */
  readonly last_hour: readonly number[];
  readonly last_error_id: string;
  readonly first_error_ids: readonly string[];
  /** The latest one last. */
  readonly last_error_ids: readonly string[];
}

export interface ErrorList {
  readonly errors: readonly ErrorRow[];
  /** Different ones. */
  readonly tracked: number;
  readonly occurrences: number;
}

/** A record of an error, and where it was. */
export interface ErrorRecord {
  readonly found_in: 'storage' | 'file' | 'memory';
  readonly file?: string;
  /** The text of the line where that is not JSON. */
  readonly record: Readonly<Record<string, unknown>> | string;
}

export interface ErrorAnswer {
  /** `null`: this process has not met it, or no longer knows of it. */
  readonly group: ErrorRow | null;
  readonly records: readonly ErrorRecord[];
  readonly searched: {
    readonly storage: 'absent' | 'found' | 'nothing' | 'failed' | 'not needed';
    readonly files: number;
    readonly is_complete: boolean;
  };
}
