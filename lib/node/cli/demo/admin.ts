/** The admin API of the demo, and its page: what a program looks like from outside while it runs. */
import { alertsOf } from '../../../entries/alerts';
import { healthOf } from '../../../entries/health';
import { securityOf } from '../../../entries/security';
import type { Panel } from '../../admin/monitoring/panel';
import { serveAdminWithin } from '../../admin/serve';
import { SERVER_LIMITS } from '../../server/limits';
import type { ErrorStorage } from '../../storage/error-storage';
import type { AgentTelemetry } from './agent-telemetry';
import type { VitalsWatch } from './vitals';

/** Where the admin API is. */
export interface AdminPlace {
  /** Without a path. */
  readonly url: string;
  /** A file that only this user can read, with the token. */
  readonly tokenFile: string;
  /** Opens the page, once. */
  readonly pageUrl: string;
}

export interface DemoAdmin extends AdminPlace {
  /** Closes the server, and removes the file. */
  close(): Promise<void>;
}

export interface DemoAdminOptions {
  readonly telemetry: AgentTelemetry;
  readonly port: number;
  /** How long the link to the page is good, in ms. */
  readonly forMs: number;
  readonly vitals: VitalsWatch | undefined;
  readonly storage: ErrorStorage | undefined;
  readonly panels: readonly Panel[];
}

/** The screen is the demo's: it tells the file itself, and the token to nobody. */
const NO_TERMINAL = { isTTY: false, write: () => undefined };
/** Of links. */
const [SHORTEST_MS, LONGEST_MS] = [1000, 3_600_000];

/** @throws {TelemetryError} `OPTION_INVALID` for a port that is taken. */
export async function openAdmin({ telemetry, port, forMs, vitals, storage, panels }: DemoAdminOptions): Promise<DemoAdmin> {
  // What the demo's sessions do wrong is no attack, and each line of its log is an event.
  securityOf(telemetry).configure({ errorRate: false, suspiciousErrors: false });
  // As `startTelemetry` would return it. What watches the machine has a bus of its own here.
  const target = {
    telemetry,
    config: undefined,
    health: vitals?.health ?? healthOf(telemetry),
    alerts: alertsOf(telemetry),
    monitor: vitals?.monitor,
    storage,
  };
  const apdex = { metric: 'agent.llm.response', threshold: '200ms' };
  const server = await serveAdminWithin(SERVER_LIMITS, target as never, { port, monitoring: { apdex, panels } }, NO_TERMINAL);
  const { url, tokenFile, close } = server;
  const pageUrl = server.loginUrl({ for: Math.max(SHORTEST_MS, Math.min(LONGEST_MS, forMs)) });
  return { url, tokenFile: tokenFile!, pageUrl, close };
}
