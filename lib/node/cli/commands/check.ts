import { parseDuration } from '../../../core/unit';
import { checkConfiguration } from '../check/configuration';
import { checkDatabase, type Database, type DatabaseKind, readDatabase } from '../check/database';
import { exitCodeOf, type Finding } from '../check/finding';
import { httpQuestion } from '../check/http-question';
import { checkInstance, readInstances } from '../check/instances';
import { checkLogFolder } from '../check/log-folder';
import { checkPort } from '../check/port';
import { POSTGRES } from '../check/postgres';
import { printFinding } from '../check/print-finding';
import { REDIS } from '../check/redis';
import { type Command, defineCommand } from '../command';
import { UsageError } from '../usage-error';

export const command: Command = defineCommand({
  name: 'check',
  summary: 'shows whether an application can start here, or whether its instances run',
  arguments: [{ name: 'instance', doc: 'as main=http://127.0.0.1:8000/health: is asked whether it is healthy', many: true }],
  options: {
    wait: { value: 'time', default: '30s', doc: 'instances and databases are asked again for so long; 0: once' },
    postgres: { value: 'address', doc: 'asks a PostgreSQL server, postgres://…; or the name of a variable that holds it' },
    redis: { value: 'address', doc: 'asks a Redis server, redis://…; or the name of a variable that holds it' },
    json: { doc: 'one object of JSON: { exitCode, findings }' },
  },
  notes: [
    'Always: is the configuration valid, can log files be written, how much do they take, is the disk full? Without an instance',
    'also whether PORT is free. To find out, a file of one byte is written in the log folder, or in the one above it, and removed;',
    'nothing else is made or changed. An instance is healthy when it answers 200 to 299, and no JSON whose "status" says otherwise.',
    'Passwords and tokens are not shown.',
    'Code 0: nothing is missing. 10: the port is in use, and that is all. 11: it can not start, or an instance does not respond.',
  ],
  async run({ values, arguments: given, stdout, env, colors, signal }) {
    const options = { waitMs: readWait(values.wait), signal };
    const instances = readInstances(given);
    const databases = [...named(POSTGRES, values.postgres, env), ...named(REDIS, values.redis, env)];
    const { config, findings: configuration } = checkConfiguration(env);
    // All are asked at once, and told one after the other in the order of the command line.
    const asked = [
      ...databases.map((database) => checkDatabase(database, options)),
      ...instances.map((instance) => checkInstance(instance, httpQuestion, options)),
    ];
    const findings: Finding[] = [];
    const tell = (...found: readonly Finding[]): void => {
      findings.push(...found);
      if (!values.json) for (const finding of found) stdout.write(printFinding(finding, colors));
    };
    tell(...configuration);
    if (config !== undefined) {
      tell(...(await checkLogFolder(config, signal)));
      if (instances.length === 0) tell(await checkPort(config.port));
    }
    for (const answer of asked) tell(await answer);
    const exitCode = exitCodeOf(findings);
    if (values.json) stdout.write(`${JSON.stringify({ exitCode, findings }, null, 2)}\n`);
    return exitCode;
  },
});

/** @throws {UsageError} */
function named(kind: DatabaseKind, given: string | undefined, env: Parameters<typeof readDatabase>[2]): Database[] {
  return given === undefined ? [] : [readDatabase(kind, given, env)];
}

/** @throws {UsageError} */
function readWait(time: string): number {
  if (/^0(?:ms|s|m|h)?$/.test(time)) return 0;
  try {
    return parseDuration('--wait', time);
  } catch {
    throw new UsageError(`--wait ${time} is not a time; write it as 30s, 2m, or 0 to ask once`);
  }
}
