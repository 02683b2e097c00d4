import type { ConfigSource } from '../../../config/explain';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { ISO_TIME, listOf, object, oneOf, TEXT, tableOf, YES_NO } from '../schemas';
import { withoutSecrets } from './config-url';

const MASK = '***';
const ANSWER = object(
  {
    is_started: { ...YES_NO, description: 'false: nobody called startTelemetry, and only the levels are known' },
    values: listOf(
      object(
        {
          key: TEXT,
          value: { description: '*** where it is secret; null where there is none' },
          source: oneOf('argument', 'environment', 'config', 'default'),
          variable: { ...TEXT, description: 'The variable or the file it comes from' },
        },
        ['variable'],
      ),
    ),
    warnings: listOf(TEXT),
    log_levels: { ...tableOf(TEXT), description: 'Those that hold now; * for all without their own' },
    read_at: ISO_TIME,
  },
  [],
);

/** `GET /admin/config`: each value and where it came from. Secrets are `***`, those inside URLs, too. */
export function configRoutes({ telemetry, config, clock }: AdminParts): readonly Route[] {
  const { text } = redactedBy(telemetry);
  const shown = ({ key, value, source, variable }: ConfigSource): object => ({
    key,
    value: typeof value === 'string' ? (value === MASK ? MASK : text(withoutSecrets(value))) : (value ?? null),
    source,
    ...(variable !== undefined && { variable }),
  });

  return [
    {
      method: 'GET',
      path: '/admin/config',
      scope: 'read',
      tag: 'config',
      summary: 'Each value of the configuration, and where it came from',
      description: 'As it was at the start; of the levels of the log those that hold now are told beside it.',
      responses: { 200: { description: 'The configuration', schema: ANSWER } },
      handle() {
        const { '': all = 'info', ...named } = telemetry.getLogLevels();
        const json = {
          is_started: config !== undefined,
          values: config?.explain().map(shown) ?? [],
          warnings: config?.warnings.map((warning) => text(warning)) ?? [],
          log_levels: { '*': all, ...named },
          read_at: new Date(clock.systemTime()).toISOString(),
        };
        return { json };
      },
    },
  ];
}
