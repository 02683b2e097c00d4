import type { ProbeName } from '../../../health/options';
import { healthResponse } from '../../../health/response';
import type { AdminParts } from '../parts';
import type { Call, Route } from '../route';
import { listOf, NUMBER, object, oneOf, PLAIN, TEXT, tableOf } from '../schemas';
import { healthRunRoutes } from './health-run';
import { healthStateRoutes } from './health-state';

const PROBES: readonly (readonly [path: string, probe: ProbeName | 'all', summary: string])[] = [
  ['/health', 'all', 'The state of all checks together'],
  ['/health/live', 'live', 'Whether the process should be left alive'],
  ['/health/ready', 'ready', 'Whether the process should be given work'],
  ['/health/startup', 'startup', 'Whether the process has begun'],
];

const WORD = oneOf('pass', 'warn', 'fail');
const CHECK = object({ status: WORD, observedValue: NUMBER, observedUnit: TEXT, time: TEXT, output: TEXT, data: tableOf(PLAIN) }, [
  'observedValue',
  'observedUnit',
  'time',
  'output',
  'data',
]);
const STANDARD = object({ status: WORD, notes: listOf(TEXT), checks: tableOf(listOf(CHECK)) }, ['notes', 'checks']);
const COMPONENT = object({ status: oneOf('UP', 'DOWN', 'UNKNOWN'), details: tableOf(PLAIN) }, ['details']);
const ACTUATOR = object({ status: oneOf('UP', 'DOWN'), components: tableOf(COMPONENT) }, ['components']);
/** By what `format` asks for. */
const ANSWER = { schema: STANDARD, contentType: 'application/health+json', also: { 'application/json': ACTUATOR } };

/**
 * `/health`, `/health/live`, `/health/ready`, `/health/startup`: one word for anybody, each check for those who may read. They run no
 * check, however often they are asked.
 */
export function healthRoutes(parts: AdminParts): readonly Route[] {
  const { health, publicHealth } = parts;
  const probes = PROBES.map(
    ([path, probe, summary]): Route => ({
      method: 'GET',
      path,
      scope: publicHealth ? 'public' : 'read',
      tag: 'health',
      summary,
      description: 'One word without a token; with one, what each check said. Runs no check.',
      query: {
        format: { ...oneOf('standard', 'actuator'), default: 'standard', description: 'In which words' },
        details: { type: 'boolean', default: true, description: 'With a token: what each check said' },
      },
      responses: {
        200: { description: 'It passes, or warns', ...ANSWER },
        503: { description: 'It fails', ...ANSWER },
      },
      handle({ query, actor }: Call) {
        const details = actor.scope !== 'none' && query.details === true ? 'always' : 'never';
        const format = query.format === 'actuator' ? 'actuator' : 'health+json';
        const answer = healthResponse(health, probe, { details, format });
        return new Response(JSON.stringify(answer.body), { status: answer.status, headers: { 'content-type': answer.contentType } });
      },
    }),
  );
  return [...probes, ...healthStateRoutes(parts), ...healthRunRoutes(parts)];
}
