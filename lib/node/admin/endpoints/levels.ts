import { isTelemetryError } from '../../../core/errors';
import { LEVELS, type Level } from '../../../core/level';
import { parseDuration } from '../../../core/unit';
import { isLoggerName } from '../../../log/gate';
import type { AdminParts } from '../parts';
import { Problem } from '../problem';
import type { Actor, Route } from '../route';
import { ISO_TIME, listOf, object, oneOf, orNull, refused, TEXT, tableOf } from '../schemas';
import { ALL, type LevelChange, LevelChanges } from './levels-changes';
import { sharedBy } from './shared';

const DAY_MS = 86_400_000;
const DEFAULT_FOR = '15m';
const LEVEL = oneOf(...LEVELS);
const LEVEL_OR_INHERIT = { ...oneOf(...LEVELS, 'inherit'), description: 'inherit: as the name above' };
const LOGGER = {
  ...TEXT,
  maxLength: 520,
  description: 'A name such as coder.llm, and all below it; * for all without a level of their own',
};

const CHANGE = object({
  logger: LOGGER,
  level: LEVEL_OR_INHERIT,
  original: { ...LEVEL_OR_INHERIT, description: 'What it will be again' },
  until: orNull({ ...ISO_TIME, description: 'null: it stays until somebody puts it back' }),
  by: { ...TEXT, description: 'Name of the token' },
});
const STATE = object({
  levels: { ...tableOf(LEVEL), description: 'Of each logger that has its own; * for all others' },
  changes: listOf(CHANGE),
});

/** What the body of a change is. */
interface Wanted {
  readonly level: Level | 'inherit';
  readonly logger?: string;
  readonly for?: string;
  readonly forever?: boolean;
}

/** `/admin/levels`: levels of the log, changed for a time. Each change, and its end, is in the security stream, which no level applies to. */
export function levelsRoutes(parts: AdminParts): readonly Route[] {
  const { telemetry, clock, audit, onStop } = parts;
  const told = (change: LevelChange, before: Level | 'inherit', after: Level | 'inherit'): void => {
    const action = before === after && after !== change.original ? 'log_level_left' : 'log_level_reverted';
    audit.changed(timer(change), action, { target: change.logger, before, after });
  };
  const changes = sharedBy(
    parts,
    'admin.level-changes',
    () => new LevelChanges(telemetry, clock, told),
    (all) => all.close(),
  );
  onStop(() => changes.close());

  const state = (): object => {
    const { '': all = 'info', ...named } = telemetry.getLogLevels();
    return { levels: { [ALL]: all, ...named }, changes: changes.list().map(shown) };
  };

  const read: Route = {
    method: 'GET',
    path: '/admin/levels',
    scope: 'read',
    tag: 'levels',
    summary: 'The levels of the log, and which of them were changed here',
    responses: { 200: { description: 'As they are now', schema: STATE } },
    handle: () => ({ json: state() }),
  };

  const change: Route = {
    method: 'PUT',
    path: '/admin/levels',
    scope: 'write',
    tag: 'levels',
    summary: 'Changes a level for a time',
    description:
      'At the end, when the last admin API of the bus is closed, and when `stop()` of `startTelemetry` is called, the level is what it was before, unless somebody else changed it meanwhile. A further change of the same logger replaces the one before, but for one that was made for ever: that is what it goes back to. At most 100 at a time.',
    body: object(
      {
        level: LEVEL_OR_INHERIT,
        logger: { ...LOGGER, default: ALL },
        for: { ...TEXT, maxLength: 32, default: DEFAULT_FOR, description: 'How long: 90s, 10m, 1h; at most 24h' },
        forever: { type: 'boolean', default: false, description: 'Until somebody puts it back, instead of `for`' },
      },
      ['logger', 'for', 'forever'],
    ),
    responses: {
      200: { description: 'What was changed', schema: object({ change: CHANGE, before: LEVEL_OR_INHERIT }) },
      409: refused('There are as many changes as there may be'),
      422: refused('No such level, name or time'),
    },
    handle({ body, actor }) {
      const { level, logger = ALL, for: wantedFor, forever = false } = body as Wanted;
      if (logger !== ALL && !isLoggerName(logger)) throw wrong('logger must be words joined by dots, such as coder.llm, or *');
      if (logger === ALL && level === 'inherit') throw wrong('There is nothing above * that it could inherit from; name a level');
      if (forever && wantedFor !== undefined) throw wrong('Either for or forever, not both');
      const forMs = forever ? undefined : readTime(wantedFor ?? DEFAULT_FOR);
      if (!changes.hasRoom(logger)) {
        throw new Problem(409, 'TOO_MANY_CHANGES', '100 levels are changed already. Put one back: DELETE /admin/levels/{logger}');
      }
      const step = allowed(() => changes.change(logger, level, forMs, actor.name));
      audit.changed(actor, 'log_level_changed', {
        target: logger,
        before: step.before,
        after: level,
        for: forever ? 'forever' : (wantedFor ?? DEFAULT_FOR),
      });
      return { json: { change: shown(step.change), before: step.before } };
    },
  };

  const putBack: Route = {
    method: 'DELETE',
    path: '/admin/levels/{logger}',
    scope: 'write',
    tag: 'levels',
    summary: 'Puts a level back to what it was before it was changed here',
    params: { logger: LOGGER },
    responses: {
      200: {
        description: 'The level that holds now',
        schema: object({ logger: LOGGER, before: LEVEL_OR_INHERIT, after: LEVEL_OR_INHERIT }),
      },
      404: refused('It was not changed here, or is back already'),
    },
    handle({ params, actor }) {
      const { logger = '' } = params;
      const step = changes.putBack(logger);
      if (step === undefined) throw new Problem(404, 'NOT_FOUND', 'This level was not changed here. GET /admin/levels lists what was');
      const { before, change } = step;
      audit.changed(actor, 'log_level_reverted', { target: logger, before, after: change.original });
      return { json: { logger, before, after: change.original } };
    },
  };

  return [read, change, putBack];
}

/** A time that is over has nobody's address; whose change it ends is told. */
const timer = ({ by }: LevelChange): Actor => ({
  name: `timer of ${by}`,
  ip: undefined,
  userAgent: undefined,
  scope: 'none',
  via: 'none',
  expiresAt: undefined,
  session: undefined,
});

const shown = ({ until, ...change }: LevelChange): object => ({
  logger: change.logger,
  level: change.level,
  original: change.original,
  until: until === undefined ? null : new Date(until).toISOString(),
  by: change.by,
});

const wrong = (detail: string): Problem => new Problem(422, 'BODY_INVALID', detail);

function readTime(text: string): number {
  try {
    return parseDuration('for', text, DAY_MS);
  } catch {
    throw wrong('for must be a time such as 90s, 10m or 1h, at most 24h');
  }
}

function allowed<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    if (!isTelemetryError(error)) throw error;
    throw new Problem(409, error.code, `${error.what}. ${error.why}. ${error.fix}`);
  }
}
