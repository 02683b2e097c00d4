import type { agentEvents } from '../../../catalogues/agent';
import type { TelemetryOf } from '../../../index';

/** A bus that knows the events of a coding agent: what `createTelemetry({ events: agentEvents })` returns. */
export type AgentTelemetry = TelemetryOf<typeof agentEvents>;
