import { contextFields } from '../../core/context';
import { errorIdOf } from '../../core/error-id';
import { quietly } from '../../core/quietly';
import { isObject, nameOf, read } from '../../core/read';
import type { Complaints } from '../messages/complaints';
import { copyFields, type Fields } from './fields';
import type { GuardedHost } from './guarded-host';
import { atMostWarn, isLoggerName, type LineLevel } from './report';
import type { Stage, ToldErrors } from './told-errors';

/** An error with what is said of it. */
export interface Report {
  readonly component: string | undefined;
  /** Default: the component where it can name one, else the logger of the bus's errors. */
  readonly logger?: string;
  /** `undefined`: `error`, or `warn` for an expected failure. */
  readonly level: LineLevel | undefined;
  readonly fields: object | undefined;
  /** `undefined`: the message of the error. */
  readonly message: string | undefined;
  /** Asked before the rule of the bus. */
  readonly expected?: ((error: unknown) => boolean | undefined) | undefined;
}

export interface ReporterParts {
  readonly host: GuardedHost;
  readonly told: ToldErrors;
  readonly complaints: Complaints;
  /** The logger of errors without a component. */
  readonly logger: string;
  readonly isExpected: (error: unknown) => boolean;
}

/** Reports within reports: a rule or a sink may call what is wrapped, and that may fail again. */
const MAX_NESTED = 8;
const MAX_MESSAGE_CHARS = 16_384;

/** Tells the bus of errors, each failure once: of nested wrappers the innermost reports. */
export class Reporter {
  private nested = 0;

  constructor(private readonly parts: ReporterParts) {}

  /** The number of a call that begins. */
  begin(): number {
    return this.parts.told.begin();
  }

  /**
   * Reports what a call threw, unless a call within it did.
   *
   * @param isAsync - A promise rejected: what was thrown last need not have to do with it.
   * @returns Whether it was reported here.
   */
  tell(thrown: unknown, call: number, isAsync: boolean, report: Report): boolean {
    if (this.parts.told.wasToldWithin(thrown, call, isAsync)) return false;
    this.write(thrown, report, call, undefined);
    return true;
  }

  /** The error ends here: thrown again, the same object is a new failure. */
  settle(thrown: unknown): void {
    this.parts.told.forget(thrown);
  }

  /** Reports an error because somebody says so. Returns its id. */
  report(thrown: unknown, report: Report, stage: Stage): string {
    return this.write(thrown, report, this.begin(), stage) ?? errorIdOf(thrown);
  }

  /** The id of the error, if it got as far as that. Whatever fails here must not reach the application. */
  private write(thrown: unknown, report: Report, call: number, stage: Stage | undefined): string | undefined {
    const { host, complaints, told } = this.parts;
    const { component, message } = report;
    if (this.nested >= MAX_NESTED) {
      complaints.say('NESTING_LIMIT', `${MAX_NESTED} errors were reported within each other; what is within those is left out`);
      return undefined;
    }
    this.nested++;
    let id: string | undefined;
    try {
      const logger = report.logger ?? (isLoggerName(component) ? component : this.parts.logger);
      const line = { level: this.levelOf(thrown, report, stage === undefined), logger, message: message ?? messageOf(thrown) };
      let copied: Fields | undefined;
      const fields = (): Fields => (copied ??= fieldsOf(component, report.fields));
      const verdict = host.report(thrown, {
        ...line,
        fieldOf: (name) => read(fields(), name) ?? read(contextFields(), name),
        logger: host.loggerName(logger),
        event: undefined,
        isRepeat: told.remember(thrown, stage, call, line.level),
        // A person has its id, and it must be found.
        isWanted: stage === 'logAndFormat',
      });
      if (verdict === undefined) return undefined;
      id = verdict.id;
      if (verdict.isCollapsed) return id;
      const { fingerprint, occurrences } = verdict;
      host.writeError({
        ...line,
        fields: fields(),
        error: { thrown },
        mark: { id, fingerprint, occurrences },
      });
    } catch {
      // The stack may be full, which the error may be about.
    } finally {
      this.nested--;
    }
    return id;
  }

  /** @param isCapped - The level was chosen before there was an error, so an expected one lowers it. */
  private levelOf(thrown: unknown, { level, expected }: Report, isCapped: boolean): LineLevel {
    if (level !== undefined && !isCapped) return level;
    const usual = level ?? 'error';
    return this.isExpected(thrown, expected) ? atMostWarn(usual) : usual;
  }

  private isExpected(thrown: unknown, expected: Report['expected']): boolean {
    const { complaints, isExpected } = this.parts;
    const failed = (): void => complaints.say('HANDLER_FAILED', 'handleErrors: expected failed, so the default rule was taken');
    const verdict = quietly(() => expected?.(thrown), failed);
    return typeof verdict === 'boolean' ? verdict : isExpected(thrown);
  }
}

const fieldsOf = (component: string | undefined, fields: object | undefined): Fields =>
  component === undefined ? copyFields(fields) : { component, ...copyFields(fields) };

/** The message of what was thrown; the name of its class where it has none. */
function messageOf(thrown: unknown): string {
  if (!isObject(thrown)) return String(thrown).slice(0, MAX_MESSAGE_CHARS);
  const message = read(thrown, 'message');
  return typeof message === 'string' && message !== '' ? message.slice(0, MAX_MESSAGE_CHARS) : nameOf(thrown) || 'Error';
}
