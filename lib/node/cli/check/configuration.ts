import { printedAs } from '../../../config/explain';
import { loadConfig, type TelemetryConfig } from '../../../config/load';
import { isTelemetryError } from '../../../core/errors';
import type { Surroundings } from '../command';
import { type Finding, ok, warning } from './finding';

export interface CheckedConfiguration {
  /** `undefined` when it is not valid. */
  readonly config: TelemetryConfig | undefined;
  readonly findings: readonly Finding[];
}

const CHECK = 'configuration';

/** Reads the configuration as an application that starts now would. Everything that is wrong is told, and no secret. */
export function checkConfiguration(env: Surroundings['env']): CheckedConfiguration {
  let config: TelemetryConfig;
  try {
    config = loadConfig({ env });
  } catch (error) {
    return { config: undefined, findings: [invalid(error)] };
  }
  const warnings = config.warnings.map((message) => warning(CHECK, message));
  return { config, findings: [valid(config), ...warnings, ...slackFindings(config)] };
}

function invalid(error: unknown): Finding {
  if (!isTelemetryError(error)) throw error;
  // The first line counts the problems, the last one says what holds for what is not set.
  const details = error.why
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
  return { check: CHECK, status: 'failed', message: error.what, details, fix: `${error.fix}.`, code: error.code };
}

function valid(config: TelemetryConfig): Finding {
  const given = new Map<string, string>();
  for (const { key, value, source, variable } of config.explain()) {
    if (source !== 'environment' || variable === undefined) continue;
    const text = printedAs(key, value);
    // One variable may hold the level for all and those of single loggers.
    given.set(variable, given.has(variable) ? `${given.get(variable)},${text}` : text);
  }
  const details = [...given].map(([variable, text]) => `${variable}=${text}`);
  const message = `The configuration for ${config.environment} is valid`;
  if (details.length === 0) return ok(CHECK, `${message}; nothing is set in the environment`);
  return { ...ok(CHECK, `${message}; from the environment:`), details };
}

/** Values that are right by themselves but do nothing without another one. */
function slackFindings({ slackBotToken, slackChannelId, slackWebhookUrl }: TelemetryConfig): Finding[] {
  if (slackBotToken !== undefined && slackChannelId === undefined) {
    return [warning(CHECK, 'SLACK_BOT_TOKEN is set, but not the channel it posts to', 'Set SLACK_CHANNEL_ID.')];
  }
  if (slackChannelId !== undefined && slackBotToken === undefined) {
    const why = slackWebhookUrl === undefined ? 'nothing posts to it' : 'a webhook posts to a channel of its own';
    return [warning(CHECK, `SLACK_CHANNEL_ID is set, but ${why}`, 'Set SLACK_BOT_TOKEN, or leave the channel out.')];
  }
  return [];
}
