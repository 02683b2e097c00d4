import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { isRecord, optionInvalid } from '../../core/options';
import { quietly } from '../../core/quietly';
import { enginesOf, type Hosted } from '../../engines';
import { startHardened } from '../server/hardened-server';
import { SERVER_LIMITS, type ServerLimits } from '../server/limits';
import { type Admin, createAdminOf } from './admin';
import { fixedProblem } from './answers';
import type { AdminTarget } from './make-parts';
import type { TicketOptions } from './monitoring/ticket-office';
import { needsToken, readServeOptions, type ServeAdminOptions } from './serve-options';
import { type TokenFile, writeTokenFile } from './token-file';

/** A running server of the admin API. */
export interface AdminServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:4747`; the paths stand behind it. */
  readonly url: string;
  readonly port: number;
  /** The addresses it listens on. */
  readonly addresses: readonly string[];
  readonly admin: Admin;
  /** The file with the token that was made; `undefined` where one was given, or told to the terminal. Gone after `close`. */
  readonly tokenFile: string | undefined;
  /** The one token, given or made; `undefined` with `tokens`. Not enumerable: a log of this object does not show it. */
  readonly token: string | undefined;
  /**
   * A URL that opens the monitoring page once, with a session of 12 hours: as good as a token until it ends, by default in 30 s.
   *
   * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, also with `monitoring: false`.
   */
  loginUrl(options?: TicketOptions): string;
  /** Lets answers that are under way end, for at most a second, and closes all connections. Never rejects. */
  close(): Promise<void>;
}

/** A person reads it, and may do something else before. */
const SHOWN_FOR = '10m';

/** Where a token is told. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/**
 * Serves the admin API of a bus on a port of its own, by default to this machine only. Keeps no process alive.
 *
 * Who connects has 5 s for a head of 16 KiB and 10 s for a request; of 256 connections (16 from one address), the one that has waited
 * longest gives way to a new one. Without a token one is made, and shown once on stderr if that is a terminal, with a URL that opens the
 * monitoring page once within 10 minutes; else it is in a file that only this user can read, whose path stderr tells. It is in no log.
 *
 * @param target - What `startTelemetry` returned, or a bus of `createTelemetry`.
 * @param options - See {@link ServeAdminOptions}.
 * @throws {TelemetryError} rejecting: `OPTION_UNKNOWN`, `OPTION_INVALID`, also for a port that can't be used, with the error of the
 * system as its `cause`. Nothing is left running then.
 */
export const serveAdmin = <Events>(target: AdminTarget<Events>, options: ServeAdminOptions = {}): Promise<AdminServer> =>
  serveAdminWithin(SERVER_LIMITS, target as AdminTarget, options, process.stderr);

/** {@link serveAdmin} with other limits, and another terminal. */
export async function serveAdminWithin(
  limits: ServerLimits,
  target: AdminTarget,
  options: ServeAdminOptions,
  terminal: Terminal,
): Promise<AdminServer> {
  if (!isRecord(options)) throw optionInvalid('serveAdmin', options, 'an object of options');
  const made = needsToken(options) ? randomBytes(32).toString('base64url') : undefined;
  const settings = readServeOptions(made === undefined ? options : { ...options, token: made });
  const { admin, listener } = createAdminOf('serveAdmin', target, settings.admin);
  const { addresses, port, tls } = settings;
  const bus = 'telemetry' in target ? target.telemetry : target;
  const { warn } = enginesOf('serveAdmin', bus as Hosted).errors;
  // What the system says may hold addresses, but no tokens.
  const onError = (error: Error): void => quietly(() => warn({ code: 'SERVER_FAILED', message: `serveAdmin: ${error.message}` }));
  let file: TokenFile | undefined;
  try {
    const server = await startHardened({ where: 'serveAdmin', addresses, port, tls, limits, listener, refusal: fixedProblem, onError });
    const [address] = server.addresses as readonly [string];
    const url = `${tls === undefined ? 'http' : 'https'}://${isIPv6(address) ? `[${address}]` : address}:${server.port}${settings.admin.basePath}`;
    const page = `${url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')}/admin/monitoring`;
    const loginUrl = (options?: TicketOptions): string => `${page}#ticket=${admin.ticket(options).ticket}`;
    const shown = settings.admin.monitoring === undefined ? undefined : loginUrl;
    try {
      if (made !== undefined) file = tell(made, url, terminal, shown);
    } catch (error) {
      await server.close();
      throw optionInvalid(
        'serveAdmin: token',
        undefined,
        `a token: none could be told in a file (${(error as NodeJS.ErrnoException).code})`,
      );
    }
    let closed: Promise<void> | undefined;
    const close = (): Promise<void> => {
      if (closed !== undefined) return closed;
      closed = server.close();
      // What was changed for a time is put back, and the token is gone, whoever is still being answered.
      admin.close();
      file?.remove();
      return closed;
    };
    const running = {
      url,
      port: server.port,
      addresses: server.addresses,
      admin,
      tokenFile: file?.path,
      loginUrl,
      close,
      [Symbol.asyncDispose]: close,
    };
    const token = made ?? options.token;
    return Object.freeze(Object.defineProperty(running, 'token', { value: token, enumerable: false })) as unknown as AdminServer;
  } catch (error) {
    admin.close();
    throw error;
  }
}

/** Tells a token to whoever started the process, and to nobody else. */
function tell(token: string, url: string, terminal: Terminal, loginUrl: AdminServer['loginUrl'] | undefined): TokenFile | undefined {
  if (terminal.isTTY === true) {
    quietly(() => terminal.write(`telemetry-bus: the admin API is at ${url}, its token is ${token}\n`));
    if (loginUrl === undefined) return undefined;
    quietly(() => terminal.write(`telemetry-bus: its page opens once, within 10 minutes, by ${loginUrl({ for: SHOWN_FOR })}\n`));
    return undefined;
  }
  const file = writeTokenFile(token);
  quietly(() => terminal.write(`telemetry-bus: the admin API is at ${url}, its token is in ${file.path}\n`));
  return file;
}
