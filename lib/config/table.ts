import type { TypeOf } from './row';

/**
 * Every configuration value, in the order of the README. A row is all it takes to add one: loading, errors, `explain()`,
 * the README's table and the types come from here. A row that is not `optional` also needs a value in `config/default.ts`.
 */
export const CONFIG_ROWS = {
  app: {
    variables: ['APP_NAME', 'OTEL_SERVICE_NAME'],
    kind: 'text',
    optional: true,
    doc: 'Name of the application, in every record',
  },
  environment: {
    variables: ['APP_ENV', 'NODE_ENV'],
    kind: 'environment',
    doc: 'Chooses the defaults of `config/<environment>`; in every record',
  },
  instance: { variables: ['INSTANCE_NAME'], kind: 'text', doc: 'Name of this instance of the application, in every record' },
  port: { variables: ['PORT'], kind: 'integer', min: 0, max: 65_535, doc: 'Port of this instance, in every record' },
  logLevel: {
    variables: ['TELEMETRY_LOG_LEVEL', 'LOG_LEVEL'],
    kind: 'level',
    half: 'all',
    doc: 'Records below this level are not written',
  },
  logLevels: {
    variables: ['TELEMETRY_LOG_LEVEL', 'LOG_LEVEL'],
    kind: 'levels',
    half: 'named',
    doc: 'Levels of single loggers, in the same variable: `info,coder.llm=debug`',
  },
  logFormat: { variables: ['TELEMETRY_LOG_FORMAT', 'LOG_FORMAT'], kind: 'format', doc: 'How a record is written' },
  logSchema: {
    variables: ['TELEMETRY_LOG_SCHEMA', 'LOG_SCHEMA'],
    kind: 'choice',
    of: ['default', 'pino', 'ecs', 'otel'],
    doc: 'Names of the fields of a JSON record',
  },
  logFieldsUnder: {
    variables: ['LOG_FIELDS_UNDER'],
    kind: 'field',
    optional: true,
    doc: "Nests a record's own fields under this key; unset: they stand beside the core fields",
  },
  logCaller: { variables: ['LOG_CALLER'], kind: 'flag', doc: 'Adds module, function and line to every plain line' },
  logTimeZone: { variables: ['LOG_TIME_ZONE'], kind: 'choice', of: ['local', 'utc'], doc: 'Clock of the text formats; JSON is always UTC' },
  logStderrFrom: {
    variables: ['LOG_STDERR_FROM'],
    kind: 'level',
    doc: 'The console writes levels from here on to stderr, the others to stdout; `silent`: none',
  },
  logToConsole: {
    variables: ['LOG_TO_CONSOLE'],
    kind: 'flag',
    doc: 'Writes records to the console; `false` holds only while a file can be written',
  },
  logToFile: { variables: ['LOG_TO_FILE'], kind: 'flag', doc: 'Writes records to files' },
  logPreset: {
    variables: ['LOG_PRESET'],
    kind: 'choice',
    of: ['bot', 'web', 'wrapper', 'platform'],
    doc: 'Which files there are, and how they are rotated',
  },
  enableDiagnostic: { variables: ['ENABLE_DIAGNOSTIC'], kind: 'flag', doc: 'Opens the diagnostic stream' },
  filterSensitiveData: {
    variables: ['FILTER_SENSITIVE_DATA'],
    kind: 'flag',
    doc: 'Masks secrets in records; cannot be switched off in production',
  },
  logDir: {
    variables: ['LOG_DIR'],
    kind: 'path',
    doc: 'Folder of the log files; `auto`: `/var/log/<app>` where writable, else `~/.<app>/logs`',
  },
  logFile: { variables: ['LOG_FILE'], kind: 'path', optional: true, doc: 'File of the app stream; unset: as the preset names it' },
  errorLogFile: {
    variables: ['ERROR_LOG_FILE'],
    kind: 'path',
    optional: true,
    doc: 'File of the errors stream; unset: as the preset names it',
  },
  logMaxBytes: {
    variables: ['LOG_MAX_BYTES'],
    kind: 'bytes',
    min: 1024,
    max: 1_099_511_627_776,
    doc: 'Size at which a log file is rotated, in bytes; set, it replaces what the preset says of files rotated by size',
  },
  logBackupCount: {
    variables: ['LOG_BACKUP_COUNT'],
    kind: 'integer',
    min: 0,
    max: 10_000,
    doc: 'How many rotated files are kept; set, it replaces what the preset says of files rotated by size',
  },
  logFileMode: { variables: ['LOG_FILE_MODE'], kind: 'mode', min: 0o600, doc: 'Permissions of log files; the umask can take some away' },
  logDirMode: { variables: ['LOG_DIR_MODE'], kind: 'mode', min: 0o700, doc: 'Permissions of log folders that are made' },
  slackWebhookUrl: {
    variables: ['SLACK_WEBHOOK_URL'],
    kind: 'url',
    optional: true,
    secret: true,
    doc: 'Incoming webhook of Slack that alerts and critical records go to',
  },
  slackBotToken: {
    variables: ['SLACK_BOT_TOKEN'],
    kind: 'token',
    optional: true,
    secret: true,
    doc: 'Token of a Slack bot that posts them, with `SLACK_CHANNEL_ID`; wins over the webhook',
  },
  slackChannelId: { variables: ['SLACK_CHANNEL_ID'], kind: 'text', optional: true, doc: 'Channel that the Slack bot posts to' },
  monitorMaxSamples: {
    variables: ['MONITOR_MAX_SAMPLES'],
    kind: 'integer',
    min: 1,
    max: 100_000,
    doc: 'How many samples of the system are kept',
  },
  monitorSampleInterval: {
    variables: ['MONITOR_SAMPLE_INTERVAL'],
    kind: 'integer',
    min: 1,
    max: 86_400,
    doc: 'Seconds between two samples of the system',
  },
  monitorRequestLogging: { variables: ['MONITOR_REQUEST_LOGGING'], kind: 'flag', doc: 'Writes access records' },
  monitorSystemMetrics: { variables: ['MONITOR_SYSTEM_METRICS'], kind: 'flag', doc: 'Samples the system and the runtime' },
  monitorScheduledChecks: { variables: ['MONITOR_SCHEDULED_CHECKS'], kind: 'flag', doc: 'Runs health checks by themselves' },
  monitorUnhealthyThreshold: {
    variables: ['MONITOR_UNHEALTHY_THRESHOLD'],
    kind: 'integer',
    min: 1,
    max: 1000,
    doc: 'Failures in a row after which a health check is unhealthy',
  },
  monitorHealthCheckInterval: {
    variables: ['MONITOR_HEALTH_CHECK_INTERVAL'],
    kind: 'integer',
    min: 1,
    max: 86_400,
    doc: 'Seconds between two runs of a health check',
  },
} as const;

type Rows = typeof CONFIG_ROWS;
type OptionalKey = { [Key in keyof Rows]: Rows[Key] extends { readonly optional: true } ? Key : never }[keyof Rows];

/** Name of a configuration value. */
export type ConfigKey = keyof Rows;

/** Every configuration value, as loaded. */
export type ConfigValues = {
  readonly [Key in keyof Rows]: TypeOf<Rows[Key], 'value'> | (Key extends OptionalKey ? undefined : never);
};

/** Configuration values as arguments and profiles give them; `undefined` counts as absent. */
export type ConfigInput = { readonly [Key in keyof Rows]?: TypeOf<Rows[Key], 'input'> | undefined };

/** What `config/default.ts` must hold: a value for each row that is not optional. */
export type ConfigDefaults = ConfigInput & { readonly [Key in Exclude<keyof Rows, OptionalKey>]: TypeOf<Rows[Key], 'input'> };
