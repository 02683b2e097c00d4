import { secretInvalid } from '../../../alerts/secret';
import { type AlertTarget, DeliveryError } from '../../../alerts/target';
import { isFunction } from '../../../core/options';
import { read } from '../../../core/read';
import { TIMEOUT } from '../request/failure';
import { checkTarget, describeTarget, type TargetOptions } from '../target-options';
import { type EmailMessage, emailMessage } from './message';

/** What sends mails: a transport of nodemailer, or anything with its `sendMail`. */
export interface EmailTransport {
  sendMail(message: EmailMessage & { readonly to: string[] }): Promise<unknown>;
}

/** Options of `emailTarget`. */
export interface EmailTargetOptions extends TargetOptions {
  readonly transport: EmailTransport;
  /** `alerts@example.com`, or `Alerts <alerts@example.com>`. */
  readonly from: string;
  /** One address, or up to 50. */
  readonly to: string | readonly string[];
}

const MAX_RECIPIENTS = 50;
/** Mails that a transport has not sent yet though their time was over. */
const MAX_PENDING = 16;
/** Mails that were sent after their time, of which no attempt has heard yet. */
const MAX_LATE = 100;
const ADDRESS = /^(?:[^<>\p{Cc}\p{Zl}\p{Zp}]{0,200}<)?[^\s<>@,;:"\p{Cc}]{1,64}@[^\s<>@,;:"\p{Cc}]{1,253}>?$/u;

/**
 * Tells alerts by mail, through a transport that the application made: its server, its user and password are the transport's.
 *
 * A mail is text and HTML, its subject the headline. `Message-ID` is the same in each attempt, so that mail servers can tell
 * repeats; what belongs to one rule is one conversation. A transport can't be interrupted: when the signal is aborted, the
 * attempt has failed with `TIMEOUT` though the mail may still be sent, and the next attempt takes what became of that one, or waits
 * for it, instead of sending it again. Answers of the mail server from 500 on and a refused password are final.
 *
 * @param options - See {@link EmailTargetOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, without repeating an address.
 * @example
 * const sent: unknown[] = [];
 * const transport = { sendMail: async (mail: { subject: string }) => sent.push(mail.subject) };
 * const target = emailTarget({ transport, from: 'alerts@example.com', to: 'ops@example.com' });
 * target.place; // => 'example.com'
 */
export function emailTarget(options: EmailTargetOptions): AlertTarget {
  const where = 'emailTarget';
  checkTarget(where, options, { transport: undefined, from: undefined, to: undefined });
  const { transport, from } = options;
  if (!isFunction(read(transport, 'sendMail')))
    throw secretInvalid(`${where}: transport`, 'a transport of nodemailer, or an object with sendMail');
  if (!isAddress(from)) throw secretInvalid(`${where}: from`, 'an address such as "Alerts <alerts@example.com>"');
  const to = typeof options.to === 'string' ? [options.to] : options.to;
  if (!Array.isArray(to) || to.length === 0 || to.length > MAX_RECIPIENTS || !to.every(isAddress)) {
    throw secretInvalid(`${where}: to`, `an address, or a list of at most ${MAX_RECIPIENTS}`);
  }
  const outbox = new Outbox(transport);
  const envelope = { from, to: [...(to as readonly string[])] };
  return describeTarget(options, {
    name: 'email',
    place: placeOf(envelope.to),
    async send(notification, { signal }) {
      await outbox.send(notification.id, emailMessage(notification, envelope), signal);
    },
  });
}

interface Mail {
  readonly sending: Promise<void>;
  /** No attempt waits for it any more. */
  isLate: boolean;
}

/** Mails under way, by the notification that they tell. */
class Outbox {
  private readonly pending = new Map<string, Mail>();
  /** How late mails ended, for the next attempt: they were sent, or refused for good. */
  private readonly late = new Map<string, DeliveryError | undefined>();

  constructor(private readonly transport: EmailTransport) {}

  async send(id: string, message: EmailMessage, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new DeliveryError({ code: TIMEOUT, mayPass: true });
    const failure = this.late.get(id);
    if (this.late.delete(id)) {
      if (failure !== undefined) throw failure;
      return;
    }
    const mail = this.pending.get(id) ?? this.begin(id, message);
    mail.isLate = false;
    await unlessAborted(mail.sending, signal, () => {
      mail.isLate = true;
    });
  }

  private begin(id: string, message: EmailMessage): Mail {
    if (this.pending.size >= MAX_PENDING) throw new DeliveryError({ code: 'TRANSPORT_BUSY', mayPass: true });
    const mail: Mail = { sending: this.handOver(message), isLate: false };
    const end = (failure?: DeliveryError): void => {
      this.pending.delete(id);
      if (mail.isLate && failure?.mayPass !== true) this.remember(id, failure);
    };
    // Heard before any attempt; perhaps nobody else hears a failure any more.
    mail.sending.then(() => end(), end);
    this.pending.set(id, mail);
    return mail;
  }

  private remember(id: string, failure: DeliveryError | undefined): void {
    this.late.set(id, failure);
    if (this.late.size > MAX_LATE) this.late.delete(this.late.keys().next().value!);
  }

  private async handOver(message: EmailMessage): Promise<void> {
    try {
      await this.transport.sendMail({ ...message, to: [...message.to], headers: { ...message.headers } });
    } catch (error) {
      throw failureOf(error);
    }
  }
}

/** What an error of a transport comes to, without its text, which may hold anything. */
function failureOf(error: unknown): DeliveryError {
  const status = read(error, 'responseCode');
  const code = read(error, 'code');
  const isRefused = code === 'EAUTH' || code === 'EENVELOPE' || code === 'EMESSAGE';
  if (Number.isInteger(status) && (status as number) >= 400 && (status as number) < 600) {
    return new DeliveryError({ code: `SMTP_${status}`, mayPass: (status as number) < 500 });
  }
  if (typeof code !== 'string' || !/^E[A-Z]{2,30}$/.test(code)) return new DeliveryError({ code: 'MAIL_FAILED', mayPass: true });
  return new DeliveryError({ code, mayPass: !isRefused });
}

function unlessAborted(work: Promise<void>, signal: AbortSignal, onAbort: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(new DeliveryError({ code: TIMEOUT, mayPass: true }));
    };
    const end = (): void => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort);
    work.then(resolve, reject).finally(end);
  });
}

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && ADDRESS.test(value) && value.includes('<') === value.endsWith('>');

/** Whose mail it is, without who. */
function placeOf(to: readonly string[]): string {
  const domains = [...new Set(to.map((address) => address.replace(/^.*@|>$/g, '').toLowerCase()))];
  return domains.length > 1 ? `${domains[0]} and ${domains.length - 1} more` : domains[0]!;
}
