import { DeliveryError } from '../../../alerts/target';
import { read } from '../../../core/read';
import type { Answer } from '../request/answer';
import { retryAfterOf } from '../request/failure';

/** Errors of `chat.postMessage`, as Slack lists them, and whether trying again can help. Others are not told: an answer may hold anything. */
const ERRORS: Readonly<Record<string, boolean>> = {
  access_denied: false,
  account_inactive: false,
  as_user_not_supported: false,
  channel_not_found: false,
  ekm_access_denied: false,
  enterprise_is_restricted: false,
  fatal_error: true,
  internal_error: true,
  invalid_arguments: false,
  invalid_auth: false,
  invalid_blocks: false,
  invalid_blocks_format: false,
  is_archived: false,
  message_limit_exceeded: true,
  missing_scope: false,
  msg_blocks_too_long: false,
  msg_too_long: false,
  no_permission: false,
  no_text: false,
  not_allowed_token_type: false,
  not_authed: false,
  not_in_channel: false,
  org_login_required: false,
  rate_limited: true,
  ratelimited: true,
  request_timeout: true,
  restricted_action: false,
  restricted_action_non_threadable_channel: false,
  restricted_action_read_only_channel: false,
  restricted_action_thread_locked: false,
  restricted_action_thread_only_channel: false,
  service_unavailable: true,
  team_access_not_granted: false,
  team_added_to_org: true,
  token_expired: false,
  token_revoked: false,
  too_many_attachments: false,
  two_factor_setup_required: false,
};

/** Those that are about the message that was to be answered. */
const OF_THREAD: readonly unknown[] = [
  'thread_not_found',
  'message_not_found',
  'cannot_reply_to_message',
  'restricted_action_thread_locked',
];

/** What Slack's answer to `chat.postMessage` comes to. */
export type SlackOutcome =
  | { readonly message: string | undefined; readonly failure?: undefined }
  | { readonly failure: DeliveryError; readonly isOfThread: boolean };

export function readSlackAnswer({ body, headers }: Answer): SlackOutcome {
  const answer = parse(body);
  if (read(answer, 'ok') === true) {
    const ts = read(answer, 'ts');
    return { message: typeof ts === 'string' && /^\d{1,20}\.\d{1,20}$/.test(ts) ? ts : undefined };
  }
  const error = read(answer, 'error');
  const isKnown = typeof error === 'string' && Object.hasOwn(ERRORS, error);
  const retryAfterMs = retryAfterOf(headers);
  const failure = new DeliveryError({
    code: isKnown ? `SLACK_${error.toUpperCase()}` : 'SLACK_FAILED',
    // What is no answer of Slack's comes from something between, which may go away.
    mayPass: isKnown ? ERRORS[error]! : typeof error !== 'string',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
  return { failure, isOfThread: OF_THREAD.includes(error) };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
