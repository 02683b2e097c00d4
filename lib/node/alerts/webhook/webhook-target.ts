import { secretInvalid } from '../../../alerts/secret';
import type { AlertTarget } from '../../../alerts/target';
import { AddressGuard } from '../request/address-guard';
import { parseEndpoint, placeOf } from '../request/endpoint';
import { type Network, systemNetwork } from '../request/network';
import { SafeConnector } from '../request/safe-request';
import { checkTarget, describeTarget, NETWORK_RULES, type NetworkOptions, type TargetOptions } from '../target-options';
import { webhookBody } from './body';
import { readHeaders } from './headers';
import { SIGNATURE_HEADER, sign } from './signature';

/** Options of `webhookTarget`. */
export interface WebhookTargetOptions extends TargetOptions, NetworkOptions {
  /** `https:`; `http:` for hosts of `allowPrivate`. Taken for a secret. */
  readonly url: string;
  /** Signs what is sent, so that receivers can tell it from what others send. At least 16 characters. Default: not signed. */
  readonly secret?: string;
  /** More headers, such as `authorization`; at most 32. */
  readonly headers?: Readonly<Record<string, string>>;
}

const MIN_SECRET = 16;

/**
 * Tells alerts to a receiver of yours, with a POST of JSON: see {@link WebhookBody}.
 *
 * Each attempt has the header `Idempotency-Key`, which stays the same for one notification; with `secret` also
 * `X-Telemetry-Signature: t=<seconds since the epoch>,v1=<hexadecimal HMAC-SHA-256 of "t.body">`, see `verifyWebhook`. Any status
 * from 200 to 299 means that it was taken; what the answer says is not read. 408, 425, 429 and 500 on may pass, with
 * `Retry-After` of 429 and 503 respected up to 5 minutes: one that asks for more is tried again then, and counts as an attempt
 * that failed. All others, redirects among them, are final.
 *
 * Only public addresses are sent to, and those of `allowPrivate`: the host is resolved for each attempt, every address that it
 * resolves to is checked, and one of the checked ones is connected to. Proxies of the environment are not used.
 *
 * @param options - See {@link WebhookTargetOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, without repeating the URL, the secret or a header.
 * @example
 * const target = webhookTarget({ url: 'https://alerts.example.com/in/0123456789abcdef', secret: 'a secret of 16 or more' });
 * target.place; // => 'alerts.example.com …cdef'
 */
export const webhookTarget = (options: WebhookTargetOptions): AlertTarget => webhookTargetOver(systemNetwork(), options);

/** {@link webhookTarget} with another network. */
export function webhookTargetOver(network: Network, options: WebhookTargetOptions): AlertTarget {
  const where = 'webhookTarget';
  checkTarget(where, options, { url: undefined, secret: undefined, headers: undefined, ...NETWORK_RULES });
  const { secret, ca } = options;
  const guard = new AddressGuard(where, options.allowPrivate);
  const endpoint = parseEndpoint(`${where}: url`, options.url, guard);
  if (secret !== undefined && !(typeof secret === 'string' && secret.length >= MIN_SECRET)) {
    throw secretInvalid(`${where}: secret`, `a text of at least ${MIN_SECRET} characters`);
  }
  const headers = readHeaders(`${where}: headers`, options.headers);
  const connector = new SafeConnector({ where, guard, network, ca });
  return describeTarget(options, {
    name: 'webhook',
    place: placeOf(endpoint),
    async send(notification, { signal }) {
      const body = JSON.stringify(webhookBody(notification));
      await connector.post(endpoint, {
        headers: {
          'user-agent': 'telemetry-bus',
          ...headers,
          'content-type': 'application/json; charset=utf-8',
          'idempotency-key': notification.id,
          ...(secret !== undefined && { [SIGNATURE_HEADER]: sign(body, secret, Date.now()) }),
        },
        body,
        isAnswerRead: false,
        signal,
      });
    },
  });
}
