/** A bus with a log in memory and an admin API, and raw connections to it. */
import { connect, type Socket } from 'node:net';
import { createTelemetry, type LogRecord, memorySink, type Telemetry } from '../../../lib/index';
import { type Admin, createAdmin } from '../../../lib/node/admin/admin';
import type { AdminOptions } from '../../../lib/node/admin/admin-options';
import { type AdminServer, serveAdminWithin, type Terminal } from '../../../lib/node/admin/serve';
import type { ServeAdminOptions } from '../../../lib/node/admin/serve-options';
import { SERVER_LIMITS, type ServerLimits } from '../../../lib/node/server/limits';
import { fakeClock } from '../../../lib/testing';
import { TOKENS } from './tokens';

export interface Setting {
  readonly bus: Telemetry;
  readonly clock: ReturnType<typeof fakeClock>;
  /** Everything that was logged, as text. */
  readonly logged: () => string;
  /** Security events by name, those of the stream. */
  readonly events: (name: string) => (LogRecord & Readonly<Record<string, unknown>>)[];
}

export function setting(): Setting {
  const memory = memorySink();
  const clock = fakeClock();
  const bus = createTelemetry({
    environment: 'test',
    clock,
    onWarning: () => undefined,
    log: { sinks: [memory], level: 'trace', format: 'json' },
  }) as Telemetry;
  const records = (): LogRecord[] => memory.lines.map((line) => JSON.parse(line) as LogRecord);
  return {
    bus,
    clock,
    logged: () => memory.lines.join(''),
    events: (name) => records().filter(({ message }) => message === `Security event: ${name}`),
  };
}

/** An API of its own, closed afterwards. */
export async function withAdmin(options: AdminOptions, body: (parts: Setting & { readonly admin: Admin }) => unknown): Promise<void> {
  const parts = setting();
  const admin = createAdmin(parts.bus, 'token' in options ? options : { tokens: TOKENS, ...options });
  try {
    await body({ ...parts, admin });
  } finally {
    admin.close();
  }
}

/** A terminal that is none. */
export const quietTerminal = (): Terminal & { readonly texts: string[] } => {
  const texts: string[] = [];
  return { isTTY: false, texts, write: (text) => texts.push(text) };
};

/** A server on a free port, closed afterwards. */
export async function withServer(
  options: ServeAdminOptions,
  body: (parts: Setting & { readonly server: AdminServer }) => unknown,
  limits: Partial<ServerLimits> = {},
): Promise<void> {
  const parts = setting();
  const server = await serveAdminWithin(
    { ...SERVER_LIMITS, ...limits },
    parts.bus as never,
    { port: 0, tokens: TOKENS, ...options },
    quietTerminal(),
  );
  try {
    await body({ ...parts, server });
  } finally {
    await server.close();
  }
}

/** Sends bytes as they are; gives what comes back until the other side ends. */
export function raw(port: number, bytes: string | Uint8Array, prepare: (socket: Socket) => void = () => undefined): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let got = '';
    socket.on('data', (part) => {
      got += part.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
    prepare(socket);
  });
}

/** One request that asks for the connection to be closed. */
export const rawRequest = (head: readonly string[], body = ''): string => `${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`;
export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
