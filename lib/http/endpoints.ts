import type { EndpointStats, RequestReport } from './api';
import type { SlowLimits } from './host';

/** Where requests are counted for which there is no place of their own. */
const OTHER_ENDPOINTS = '(others)';

/** A request that ended. */
interface Counted {
  readonly method: string;
  readonly route: string;
  /** In ms. */
  readonly duration: number;
  readonly isError: boolean;
  /** Those of its class; without any, nothing is slow. */
  readonly limits: SlowLimits | undefined;
}

class Endpoint {
  count = 0;
  errors = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = 0;
  slow = 0;
  verySlow = 0;

  constructor(
    readonly method: string,
    readonly route: string,
  ) {}
}

type Sums = Omit<Endpoint, 'method' | 'route' | 'errors'>;

/** What is counted of each endpoint, method and route; beyond the limit they share one place, `(others)`. */
export class Endpoints {
  private readonly byMethod = new Map<string, Map<string, Endpoint>>();
  private readonly all: Endpoint[] = [];
  private others: Endpoint | undefined = undefined;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.all.length;
  }

  add({ method, route, duration, isError, limits }: Counted): void {
    const endpoint = this.byMethod.get(method)?.get(route) ?? this.placeFor(method, route);
    endpoint.count++;
    endpoint.sum += duration;
    if (isError) endpoint.errors++;
    if (duration < endpoint.min) endpoint.min = duration;
    if (duration > endpoint.max) endpoint.max = duration;
    if (limits === undefined) return;
    // As the watch counts them: what is very slow is not slow as well.
    if (duration > limits.error) endpoint.verySlow++;
    else if (duration > limits.warn) endpoint.slow++;
  }

  private placeFor(method: string, route: string): Endpoint {
    if (this.all.length >= this.limit) return (this.others ??= new Endpoint('*', OTHER_ENDPOINTS));
    const endpoint = new Endpoint(method, route);
    const routes = this.byMethod.get(method) ?? new Map<string, Endpoint>();
    this.byMethod.set(method, routes.set(route, endpoint));
    this.all.push(endpoint);
    return endpoint;
  }

  /** The most requested first; `(others)` is the last. */
  list(): EndpointStats[] {
    const sorted = [...this.all].sort((one, other) => other.count - one.count);
    return [...sorted, ...(this.others ? [this.others] : [])].map((endpoint) => ({
      endpoint: endpoint === this.others ? OTHER_ENDPOINTS : `${endpoint.method} ${endpoint.route}`,
      method: endpoint.method,
      route: endpoint.route,
      count: endpoint.count,
      errors: endpoint.errors,
      error_rate: endpoint.errors / endpoint.count,
      avg_ms: roundMs(endpoint.sum / endpoint.count),
      min_ms: roundMs(endpoint.min),
      max_ms: roundMs(endpoint.max),
      slow_count: endpoint.slow,
      very_slow_count: endpoint.verySlow,
    }));
  }

  /** The page of requirements D6: by route, methods added up, in seconds. */
  metrics(): RequestReport['metrics'] {
    const byRoute = new Map<string, Sums>();
    const total = noSums();
    for (const endpoint of [...this.all, ...(this.others ? [this.others] : [])]) {
      const route = byRoute.get(endpoint.route) ?? noSums();
      byRoute.set(endpoint.route, route);
      addTo(route, endpoint);
    }
    for (const endpoint of byRoute.values()) addTo(total, endpoint);
    return {
      total_requests: total.count,
      average_duration: total.count === 0 ? 0 : inSeconds(total.sum / total.count),
      slow_requests: total.slow,
      very_slow_requests: total.verySlow,
      endpoints: Object.fromEntries(
        [...byRoute].map(([route, { count, sum, min, max, slow, verySlow }]) => [
          route,
          {
            count,
            avg_duration: inSeconds(sum / count),
            min_duration: inSeconds(min),
            max_duration: inSeconds(max),
            slow_count: slow,
            very_slow_count: verySlow,
          },
        ]),
      ),
    };
  }
}

const noSums = (): Sums => ({ count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0, slow: 0, verySlow: 0 });

function addTo(sums: Sums, more: Sums): void {
  sums.count += more.count;
  sums.sum += more.sum;
  sums.min = Math.min(sums.min, more.min);
  sums.max = Math.max(sums.max, more.max);
  sums.slow += more.slow;
  sums.verySlow += more.verySlow;
}

/** Whole microseconds. */
export const roundMs = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Seconds, whole milliseconds. */
const inSeconds = (ms: number): number => Math.round(ms) / 1000;
