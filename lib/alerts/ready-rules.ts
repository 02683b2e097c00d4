import { checkOptions, isRecord, type OptionRule } from '../core/options';
import type { AlertRule } from './rule';
import {
  anyError,
  databaseErrors,
  errorPattern,
  moreThanErrors,
  repeatedError,
  repeatedTimeouts,
  sessionsNotSaved,
} from './rules/ready/errors';
import {
  authenticationFailures,
  highErrorRate,
  logSize,
  overBudget,
  securityAlarms,
  sessionGrowth,
  slowRequests,
} from './rules/ready/events';
import { cpuUse, diskUse, eventLoopDelay, memoryAbove, memoryUse, unhealthyChecks } from './rules/ready/system';

/** Options of a rule of a preset; `false` leaves the rule out. */
type Of<Rule extends (options: never) => unknown> = Parameters<Rule>[0] | false;

/** Rules of the preset `bot`. */
export interface BotRules {
  readonly errors?: Of<typeof moreThanErrors>;
  readonly timeouts?: Of<typeof repeatedTimeouts>;
  readonly sessions?: Of<typeof sessionsNotSaved>;
  readonly database?: Of<typeof databaseErrors>;
  readonly cost?: Of<typeof overBudget>;
}

/** Rules of the preset `web`. `errorRate` is there only when it is given: it needs to know the events. */
export interface WebRules {
  readonly security?: Of<typeof securityAlarms>;
  readonly repeated?: Of<typeof repeatedError>;
  readonly errorRate?: Of<typeof highErrorRate>;
}

/** Rules of the preset `wrapper`. `logSize` is there only when it is given: it needs to be told the size. */
export interface WrapperRules {
  readonly errors?: Of<typeof anyError>;
  readonly slow?: Of<typeof slowRequests>;
  readonly authentication?: Of<typeof authenticationFailures>;
  readonly memory?: Of<typeof memoryAbove>;
  readonly sessions?: Of<typeof sessionGrowth>;
  readonly logSize?: Of<typeof logSize>;
}

/** Rules of the preset `platform`. */
export interface PlatformRules {
  readonly cpu?: Of<typeof cpuUse>;
  readonly memory?: Of<typeof memoryUse>;
  readonly disk?: Of<typeof diskUse>;
  readonly health?: Of<typeof unhealthyChecks>;
}

type Makers = Readonly<Record<string, (options: never) => readonly AlertRule[]>>;

const OPTIONS: OptionRule = [(value) => value === false || isRecord(value), 'options of the rule, or false'];

/** The rules of some makers, those in `onDemand` only where options are given. */
function preset(where: string, options: object, makers: Makers, onDemand: readonly string[] = []): readonly AlertRule[] {
  checkOptions(where, options, Object.fromEntries(Object.keys(makers).map((name) => [name, OPTIONS])));
  const given = options as Readonly<Record<string, object | false | undefined>>;
  return Object.entries(makers).flatMap(([name, make]) => {
    const own = given[name] ?? (onDemand.includes(name) ? false : {});
    return own === false ? [] : make(own as never);
  });
}

/**
 * Rules that are ready to be added, each a function that returns them; every threshold is an option, and so are `name`,
 * `severity`, `for`, `keepFor`, `summary`, `runbook`, `remindEvery` and `targets`. Options that there are not are refused at once, wrong
 * values when the rule is added.
 *
 * | preset | rules |
 * | --- | --- |
 * | `bot` | more than 5 errors a minute; 3 time-outs in one channel; a session not saved; a database error; cost above 1 an hour |
 * | `web` | what the security detectors find; one error 10 times in 5 minutes; with `errorRate`, a share of failures |
 * | `wrapper` | any error; requests over 5 s (warning) and 10 s (critical); more than 10 failures to sign in a minute; memory above 1 GB; more than 30 new sessions a minute; with `logSize`, the log near its limit |
 * | `platform` | processor 80 % and 95 %, memory and disk 85 % and 95 %, each for 300 s; health checks |
 *
 * @example
 * readyRules.bot({ cost: { most: 5 }, timeouts: false }).length; // => 4
 */
export const readyRules: {
  bot(options?: BotRules): readonly AlertRule[];
  web(options?: WebRules): readonly AlertRule[];
  wrapper(options?: WrapperRules): readonly AlertRule[];
  platform(options?: PlatformRules): readonly AlertRule[];
  readonly anyError: typeof anyError;
  readonly authenticationFailures: typeof authenticationFailures;
  readonly cpuUse: typeof cpuUse;
  readonly databaseErrors: typeof databaseErrors;
  readonly diskUse: typeof diskUse;
  readonly errorPattern: typeof errorPattern;
  readonly eventLoopDelay: typeof eventLoopDelay;
  readonly highErrorRate: typeof highErrorRate;
  readonly logSize: typeof logSize;
  readonly memoryAbove: typeof memoryAbove;
  readonly memoryUse: typeof memoryUse;
  readonly moreThanErrors: typeof moreThanErrors;
  readonly overBudget: typeof overBudget;
  readonly repeatedError: typeof repeatedError;
  readonly repeatedTimeouts: typeof repeatedTimeouts;
  readonly securityAlarms: typeof securityAlarms;
  readonly sessionGrowth: typeof sessionGrowth;
  readonly sessionsNotSaved: typeof sessionsNotSaved;
  readonly slowRequests: typeof slowRequests;
  readonly unhealthyChecks: typeof unhealthyChecks;
} = Object.freeze({
  bot: (options: BotRules = {}) =>
    preset('readyRules.bot', options, {
      errors: moreThanErrors,
      timeouts: repeatedTimeouts,
      sessions: sessionsNotSaved,
      database: databaseErrors,
      cost: overBudget,
    }),
  web: (options: WebRules = {}) =>
    preset('readyRules.web', options, { security: securityAlarms, repeated: repeatedError, errorRate: highErrorRate }, ['errorRate']),
  wrapper: (options: WrapperRules = {}) =>
    preset(
      'readyRules.wrapper',
      options,
      {
        errors: anyError,
        slow: slowRequests,
        authentication: authenticationFailures,
        memory: memoryAbove,
        sessions: sessionGrowth,
        logSize,
      },
      ['logSize'],
    ),
  platform: (options: PlatformRules = {}) =>
    preset('readyRules.platform', options, { cpu: cpuUse, memory: memoryUse, disk: diskUse, health: unhealthyChecks }),
  anyError,
  authenticationFailures,
  cpuUse,
  databaseErrors,
  diskUse,
  errorPattern,
  eventLoopDelay,
  highErrorRate,
  logSize,
  memoryAbove,
  memoryUse,
  moreThanErrors,
  overBudget,
  repeatedError,
  repeatedTimeouts,
  securityAlarms,
  sessionGrowth,
  sessionsNotSaved,
  slowRequests,
  unhealthyChecks,
});
