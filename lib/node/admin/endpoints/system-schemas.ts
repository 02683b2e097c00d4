import type { JsonSchema } from '../route';
import { COUNT, listOf, NUMBER, object, oneOf, orNull, TEXT, TIME, tableOf } from '../schemas';

const PROCESS = object(
  {
    node: { ...TEXT, description: 'Version' },
    platform: TEXT,
    arch: TEXT,
    pid: COUNT,
    uptime: { ...NUMBER, description: 'In s' },
    started_at: TIME,
    app: TEXT,
    environment: TEXT,
    instance: TEXT,
    hostname: TEXT,
  },
  ['app', 'environment', 'instance', 'hostname'],
);

const NUMBERS = tableOf(NUMBER);
/** As `SystemSample` says; what the platform can't tell is absent. */
const SAMPLE: JsonSchema = object(
  {
    time: TIME,
    cpu: object({ utilization: NUMBER, process: NUMBERS }, ['utilization', 'process']),
    memory: { type: 'object', properties: { process: NUMBERS }, additionalProperties: NUMBER },
    disk: tableOf(NUMBERS),
    openFiles: NUMBERS,
    connections: NUMBERS,
    load: NUMBERS,
    eventLoop: NUMBERS,
    handles: NUMBERS,
    uptime: { ...NUMBER, description: 'In s' },
  },
  ['cpu', 'memory', 'disk', 'openFiles', 'connections', 'load', 'eventLoop', 'handles', 'uptime'],
);

const ACCOUNT = { accepted: COUNT, written: COUNT, queued: COUNT, dropped: tableOf(COUNT) };
const LOG = object({
  lines: COUNT,
  collapsed: COUNT,
  dropped: object({ nested: COUNT }),
  redaction: object({ masked: COUNT, failedRules: listOf(TEXT) }),
  sinks: listOf(object({ name: TEXT, ...ACCOUNT })),
});

const SPOOL = object({ lines: COUNT, bytes: COUNT, segments: COUNT, corrupt: COUNT, errors: tableOf(COUNT) });
const STORAGE = object(
  {
    ...ACCOUNT,
    store: TEXT,
    state: oneOf('open', 'failing', 'slow', 'closed'),
    failure: TEXT,
    failures: COUNT,
    queuedBytes: COUNT,
    spool: SPOOL,
    recovered: COUNT,
    recoveredStored: COUNT,
    recoveredRefused: COUNT,
    pruned: COUNT,
  },
  ['failure', 'spool'],
);

/** Of `GET /admin/system`. */
export const SYSTEM: JsonSchema = object({
  process: PROCESS,
  samples: orNull(listOf(SAMPLE)),
  log: orNull(LOG),
  storage: orNull(STORAGE),
});
