/** What a panel of an application shows. All of it is text and numbers: nothing is taken for markup. */

export type Tone = 'neutral' | 'good' | 'warn' | 'bad';

export interface PanelTile {
  readonly label: string;
  readonly value: string | number | null;
  /** `ms`, `bytes`, `%` (0 to 1), `1/s` are written as people read them; any other stands behind the number. */
  readonly unit?: string;
  readonly tone?: Tone;
}

export interface PanelChart {
  readonly title: string;
  /** A metric that has a history. */
  readonly metric: string;
  /** `rate`, `value`, `p95` and so on; default: what fits the type. */
  readonly column?: string;
}

export interface PanelTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

/** In this order. */
export interface PanelContent {
  readonly tiles?: readonly PanelTile[];
  readonly charts?: readonly PanelChart[];
  readonly tables?: readonly PanelTable[];
  /** A paragraph each. */
  readonly notes?: readonly string[];
}

/** `GET /admin/panels`. */
export interface PanelList {
  readonly panels: readonly { readonly id: string; readonly title: string; readonly doc: string | null }[];
}

/** `GET /admin/panels/{id}`. */
export interface PanelAnswer {
  readonly id: string;
  readonly title: string;
  readonly doc: string | null;
  /** `null` when reading it failed. */
  readonly content: PanelContent | null;
  /** What the panel's function failed with, by its error id; `null` when it did not. */
  readonly error_id: string | null;
  /** Why there is no content, in words; `null` when there is. */
  readonly problem: string | null;
  /** Tiles, charts, tables, rows, columns and notes that there was no room for. */
  readonly left_out: number;
}
