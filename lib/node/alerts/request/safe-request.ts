import { X509Certificate } from 'node:crypto';
import { type ClientRequest, request } from 'node:http';
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, connect as secure } from 'node:tls';
import { DeliveryError } from '../../../alerts/target';
import { TelemetryError } from '../../../core/errors';
import { parseAddress } from './address';
import type { AddressGuard } from './address-guard';
import { type Answer, readAnswer } from './answer';
import { connectFirst } from './connect-first';
import type { Endpoint } from './endpoint';
import { networkFailure, statusFailure } from './failure';
import type { Network } from './network';

/** Certificates of authorities, as `tls.connect` takes them. */
type Authorities = string | Buffer | readonly (string | Buffer)[];

/** What a connector works with. */
export interface ConnectorOptions {
  /** Whose options these are; begins the message of errors. */
  readonly where: string;
  readonly guard: AddressGuard;
  readonly network: Network;
  /** Instead of the authorities that Node trusts. */
  readonly ca: Authorities | undefined;
}

/** One request. */
export interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the body of the answer is wanted. */
  readonly isAnswerRead: boolean;
  readonly signal: AbortSignal;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Sends requests to receivers that others chose, without becoming their tool: only to public addresses and those the
 * application opened. A name is resolved once; all its addresses must be allowed, and one of them is connected to, as an
 * address. Redirects are failures, certificates are verified against the name, answers are bounded, and nothing stays open.
 */
export class SafeConnector {
  private readonly context: SecureContext | undefined;

  /** @throws {TelemetryError} `OPTION_INVALID` for authorities that can't be read. */
  constructor(private readonly options: ConnectorOptions) {
    this.context = options.ca === undefined ? undefined : contextOf(options.where, options.ca);
  }

  /**
   * Posts a body. Ends when the signal is aborted, whatever it is waiting for; a question to the system's resolver goes on
   * by itself until the system gives up.
   *
   * @throws {DeliveryError} rejecting, for every failure and for every status but those of success.
   */
  async post(endpoint: Endpoint, { signal, ...post }: Post): Promise<Answer> {
    let socket: Socket | undefined;
    try {
      const addresses = await this.addressesOf(endpoint, signal);
      socket = await connectFirst(addresses, { port: endpoint.port, dial: this.options.network.dial, signal });
      if (endpoint.isTls) socket = this.secured(socket, endpoint);
      const answer = await exchange(endpoint, { ...post, signal, socket });
      const failure = statusFailure(answer.status, answer.headers);
      if (failure !== undefined) throw failure;
      return answer;
    } catch (error) {
      throw networkFailure(error, signal);
    } finally {
      socket?.destroy();
    }
  }

  /** All addresses of a host, each of which may be connected to. */
  private async addressesOf({ host, isTls }: Endpoint, signal: AbortSignal): Promise<readonly string[]> {
    const { guard, network } = this.options;
    signal.throwIfAborted();
    const isAddress = parseAddress(host) !== undefined;
    const addresses = isAddress ? [host] : [...new Set(await unlessAborted(network.resolve(host), signal))];
    if (addresses.length === 0) throw new DeliveryError({ code: 'ENOTFOUND', mayPass: true });
    const verdicts = addresses.map((address) => guard.judge(host, address));
    if (verdicts.includes('refused')) throw new DeliveryError({ code: 'ADDRESS_REFUSED', mayPass: false });
    if (!isTls && verdicts.includes('public')) throw new DeliveryError({ code: 'HTTPS_REQUIRED', mayPass: false });
    return addresses;
  }

  private secured(socket: Socket, { host }: Endpoint): Socket {
    const isAddress = parseAddress(host) !== undefined;
    const secured = secure({
      socket,
      host,
      // The name of a server is never an address (RFC 6066, 3); without it the certificate is compared with `host`.
      servername: isAddress ? '' : host,
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      // Said here, because an environment variable can change the default.
      rejectUnauthorized: true,
      ...(this.context !== undefined && { secureContext: this.context }),
    });
    // An error that comes late has nobody to hear it, and would end the process.
    secured.on('error', () => {});
    return secured;
  }
}

function contextOf(where: string, ca: Authorities): SecureContext {
  try {
    // One by one, because a context leaves out what it can't read.
    const certificates = [ca].flat().flatMap((pem) => String(pem).match(PEM) ?? [undefined]);
    return createSecureContext({ ca: certificates.map((pem) => new X509Certificate(pem!).toString()), minVersion: 'TLSv1.2' });
  } catch {
    throw new TelemetryError(
      'OPTION_INVALID',
      `${where}: ca is not valid`,
      'It can not be read as certificates',
      'Expected certificates in PEM',
    );
  }
}

function exchange(
  endpoint: Endpoint,
  { socket, signal, headers, body, isAnswerRead }: Post & { readonly socket: Socket },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      signal.removeEventListener('abort', abort);
      reject(error);
    };
    const abort = (): void => {
      fail(new Error('aborted'));
      socket.destroy();
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) return abort();
    const sent: ClientRequest = request({
      // Without an agent, nobody keeps the connection for later.
      createConnection: () => socket,
      method: 'POST',
      path: endpoint.path,
      headers: { host: endpoint.authority, ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' },
    });
    let isAnswered = false;
    // What goes wrong after the head has come is told by the answer.
    sent.on('error', (error) => isAnswered || fail(error));
    sent.on('close', () => isAnswered || fail(new Error('closed')));
    sent.on('response', (response) => {
      isAnswered = true;
      readAnswer(response, isAnswerRead)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', abort));
    });
    sent.end(body);
  });
}

/** Waits for what can't be interrupted, as long as the signal allows. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    const end = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(end);
  });
}
