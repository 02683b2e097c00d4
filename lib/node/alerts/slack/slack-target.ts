import { secretInvalid } from '../../../alerts/secret';
import { type AlertNotification, type AlertTarget, DeliveryError } from '../../../alerts/target';
import { isRecord } from '../../../core/options';
import { AddressGuard } from '../request/address-guard';
import { type Endpoint, parseEndpoint, placeOf } from '../request/endpoint';
import { type Network, systemNetwork } from '../request/network';
import { SafeConnector } from '../request/safe-request';
import { checkTarget, describeTarget, NETWORK_RULES, type NetworkOptions, type TargetOptions } from '../target-options';
import { readSlackAnswer } from './answer';
import { slackMessage } from './message';
import { SlackThreads } from './threads';

/** An incoming webhook of Slack, which posts into one channel. */
export interface SlackWebhook {
  /** Taken for a secret: whoever has it can post. */
  readonly webhookUrl: string;
}

/** A bot of Slack, with the scope `chat:write`, that is a member of the channel. */
export interface SlackBot {
  readonly botToken: string;
  /** Its id, such as `C0123456789`, or its name, such as `#alerts`. */
  readonly channel: string;
}

/** Options of `slackTarget`. */
export interface SlackTargetOptions extends TargetOptions, NetworkOptions {
  /** Where the methods of Slack's Web API are. Default `https://slack.com/api/`. */
  readonly apiUrl?: string;
}

const WHERE = 'slackTarget';
const API = 'https://slack.com/api/';
const TOKEN = /^[\x21-\x7e]{8,1000}$/;
const CHANNEL = /^#?[\p{L}\p{N}_.-]{1,80}$/u;

/**
 * Tells alerts in a channel of Slack: a headline, the text, what is known of the alert, and where it comes from.
 *
 * With a bot, reminders and the end of an alert go into the thread of its firing, as long as this process remembers it (the last
 * 1,000); reminders are shown in the channel, too. Texts are escaped: nobody can be mentioned, and the only links are the
 * runbooks of rules. `Retry-After` is respected up to 5 minutes. Redirects are failures; what may be sent to is checked as
 * `webhookTarget` says.
 *
 * @param where - A webhook, or a bot and its channel.
 * @param options - See {@link SlackTargetOptions}.
 * @throws {TelemetryError} `OPTION_UNKNOWN`, `OPTION_INVALID`, without repeating the URL or the token.
 * @example
 * const target = slackTarget({ botToken: 'xoxb-0123456789', channel: '#alerts' }, { minSeverity: 'critical' });
 * [target.name, target.place]; // => ['slack', 'slack.com']
 */
export const slackTarget = (where: SlackWebhook | SlackBot, options: SlackTargetOptions = {}): AlertTarget =>
  slackTargetOver(systemNetwork(), where, options);

/** {@link slackTarget} with another network. */
export function slackTargetOver(network: Network, where: SlackWebhook | SlackBot, options: SlackTargetOptions = {}): AlertTarget {
  if (!isRecord(where)) throw secretInvalid(WHERE, '{ webhookUrl } or { botToken, channel }');
  checkTarget(WHERE, where, { webhookUrl: undefined, botToken: undefined, channel: undefined });
  checkTarget(WHERE, options, { apiUrl: undefined, ...NETWORK_RULES });
  const { webhookUrl, botToken, channel } = where as Partial<SlackWebhook & SlackBot>;
  const isHook = webhookUrl !== undefined;
  if (isHook ? botToken !== undefined || channel !== undefined : botToken === undefined) {
    throw secretInvalid(WHERE, 'either webhookUrl, or botToken and channel');
  }
  const guard = new AddressGuard(WHERE, options.allowPrivate);
  const connector = new SafeConnector({ where: WHERE, guard, network, ca: options.ca });
  if (isHook) return hookTarget(connector, parseEndpoint(`${WHERE}: webhookUrl`, webhookUrl, guard), options);
  if (typeof botToken !== 'string' || !TOKEN.test(botToken)) throw secretInvalid(`${WHERE}: botToken`, 'a token such as xoxb-…');
  if (typeof channel !== 'string' || !CHANNEL.test(channel)) {
    throw secretInvalid(`${WHERE}: channel`, 'the id of a channel, such as C0123456789, or its name, such as #alerts');
  }
  const api = parseEndpoint(`${WHERE}: apiUrl`, options.apiUrl ?? API, guard);
  const endpoint = { ...api, path: `${api.path.replace(/\?.*$/, '').replace(/\/+$/, '')}/chat.postMessage` };
  return botTarget(connector, { endpoint, botToken, channel }, options);
}

function hookTarget(connector: SafeConnector, endpoint: Endpoint, options: SlackTargetOptions): AlertTarget {
  return describeTarget(options, {
    name: 'slack',
    place: placeOf(endpoint),
    async send(notification, { signal }) {
      await connector.post(endpoint, { headers: HEADERS, body: JSON.stringify(slackMessage(notification)), isAnswerRead: false, signal });
    },
  });
}

interface Bot extends SlackBot {
  readonly endpoint: Endpoint;
}

function botTarget(connector: SafeConnector, { endpoint, botToken, channel }: Bot, options: SlackTargetOptions): AlertTarget {
  const threads = new SlackThreads();
  const headers = { ...HEADERS, authorization: `Bearer ${botToken}` };
  return describeTarget(options, {
    name: 'slack',
    place: endpoint.authority,
    async send(notification, { signal }) {
      const thread = threads.of(notification);
      const body = JSON.stringify({ channel, ...PLAIN, ...slackMessage(notification), ...replyTo(thread, notification) });
      const outcome = readSlackAnswer(await connector.post(endpoint, { headers, body, isAnswerRead: true, signal }));
      if (outcome.failure === undefined) {
        if (outcome.message !== undefined) threads.remember(notification, outcome.message);
        return;
      }
      if (!outcome.isOfThread || thread === undefined) throw outcome.failure;
      // The next attempt is a message of its own.
      threads.forget(thread);
      throw new DeliveryError({ code: outcome.failure.code, mayPass: true });
    },
  });
}

const replyTo = (thread: string | undefined, { kind }: AlertNotification): object =>
  thread === undefined ? {} : { thread_ts: thread, reply_broadcast: kind === 'reminder' };

const HEADERS = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'telemetry-bus' };
/** Slack makes no mentions or links of what looks like one. */
const PLAIN = { parse: 'none', link_names: false };
