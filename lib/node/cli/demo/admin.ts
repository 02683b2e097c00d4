/** The admin API of the demo: what a program looks like from outside while it runs. */
import { securityOf } from '../../../entries/security';
import { serveAdminWithin } from '../../admin/serve';
import { SERVER_LIMITS } from '../../server/limits';
import type { AgentTelemetry } from './agent-telemetry';

/** Where the admin API is. */
export interface AdminPlace {
  /** Without a path. */
  readonly url: string;
  /** A file that only this user can read, with the token. */
  readonly tokenFile: string;
}

export interface DemoAdmin extends AdminPlace {
  /** Closes the server, and removes the file. */
  close(): Promise<void>;
}

/** The screen is the demo's: it tells the file itself, and the token to nobody. */
const NO_TERMINAL = { isTTY: false, write: () => undefined };

/** @throws {TelemetryError} `OPTION_INVALID` for a port that is taken. */
export async function openAdmin(telemetry: AgentTelemetry, port: number): Promise<DemoAdmin> {
  // What the demo's sessions do wrong is no attack, and each line of its log is an event.
  securityOf(telemetry).configure({ errorRate: false, suspiciousErrors: false });
  const { url, tokenFile, close } = await serveAdminWithin(SERVER_LIMITS, telemetry as never, { port }, NO_TERMINAL);
  return { url, tokenFile: tokenFile!, close };
}
