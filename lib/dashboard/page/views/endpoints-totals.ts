import type { EndpointRow } from '../../wire/endpoints';

/** All endpoints together. */
export interface Totals {
  readonly count: number;
  readonly errors: number;
  /** 0 to 1; `null` without requests. */
  readonly errorRate: number | null;
  /** In ms; of each request the same weight. */
  readonly average: number | null;
  readonly slowest: number | null;
  readonly slow: number;
  readonly verySlow: number;
}

export function totalsOf(rows: readonly EndpointRow[]): Totals {
  const sum = (value: (row: EndpointRow) => number): number => rows.reduce((all, row) => all + value(row), 0);
  const count = sum((row) => row.count);
  const errors = sum((row) => row.errors);
  return {
    count,
    errors,
    errorRate: count === 0 ? null : errors / count,
    average: count === 0 ? null : sum((row) => row.avg_ms * row.count) / count,
    slowest: rows.length === 0 ? null : Math.max(...rows.map((row) => row.max_ms)),
    slow: sum((row) => row.slow_count),
    verySlow: sum((row) => row.very_slow_count),
  };
}

/** Method and route of an endpoint as the address has it: `GET /users/:id`. */
export function partsOf(endpoint: string): { readonly method: string; readonly route: string } {
  const space = endpoint.indexOf(' ');
  return space < 0 ? { method: '', route: endpoint } : { method: endpoint.slice(0, space), route: endpoint.slice(space + 1) };
}
