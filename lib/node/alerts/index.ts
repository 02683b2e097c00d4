/**
 * `telemetry-bus/node/alerts`: tells alerts to people, by Slack, webhook and mail.
 *
 * @module
 */
export type { EmailTargetOptions, EmailTransport } from './email/email-target';
export { emailTarget } from './email/email-target';
export type { EmailMessage } from './email/message';
export type { SlackBot, SlackTargetOptions, SlackWebhook } from './slack/slack-target';
export { slackTarget } from './slack/slack-target';
export type { NetworkOptions, TargetOptions } from './target-options';
export type { WebhookAlert, WebhookBody } from './webhook/body';
export type { VerifyWebhookOptions } from './webhook/signature';
export { verifyWebhook } from './webhook/signature';
export type { WebhookTargetOptions } from './webhook/webhook-target';
export { webhookTarget } from './webhook/webhook-target';
