import type { Check } from './check';
import type { ProbeName } from './options';

/** Answer to an orchestrator. */
export interface ProbeResult {
  /** `warn`: it works, but something is not as it should be. */
  readonly status: 'pass' | 'warn' | 'fail';
  /** What is wrong, the name of a check and its state each; nothing that a check said. */
  readonly reasons: readonly string[];
}

const PASS: ProbeResult = Object.freeze({ status: 'pass', reasons: Object.freeze([]) });

/** Answers from what is known: none of this runs a check. */
export class Probes {
  private isStarted = false;
  isShuttingDown = false;

  constructor(private readonly checks: () => Iterable<Check>) {}

  /** As a process that has just been started. Returns what makes it be as before. */
  begin(): () => void {
    const { isStarted, isShuttingDown } = this;
    this.isStarted = false;
    this.isShuttingDown = false;
    return () => Object.assign(this, { isStarted, isShuttingDown });
  }

  live(): ProbeResult {
    return judge(this.of('live'));
  }

  /** Done once each critical check has been no failure once; then until all begins anew. */
  startup(): ProbeResult {
    if (this.isStarted) return PASS;
    const critical = this.of('startup').filter((check) => check.critical);
    const waiting = critical.filter((check) => !check.hasPassed);
    if (waiting.length > 0) return { status: 'fail', reasons: waiting.map(({ name }) => `${name} has not passed yet`) };
    // While there is nothing to wait for, checks may still be on their way.
    this.isStarted = critical.length > 0;
    return PASS;
  }

  ready(): ProbeResult {
    if (this.isShuttingDown) return { status: 'fail', reasons: ['shutting down'] };
    const startup = this.startup();
    if (startup.status === 'fail') return startup;
    return judge(this.of('ready'));
  }

  /** The checks that a probe asks about. */
  of(probe: ProbeName): Check[] {
    return [...this.checks()].filter((check) => check.settings.probes.includes(probe));
  }
}

/** A check that has not run yet is a reason to wonder, but not to fail. */
function judge(checks: readonly Check[]): ProbeResult {
  const bad = checks.filter(({ status }) => status !== 'healthy');
  if (bad.length === 0) return PASS;
  const isDown = bad.some(({ status, critical }) => critical && status === 'unhealthy');
  return { status: isDown ? 'fail' : 'warn', reasons: bad.map(reasonOf) };
}

const reasonOf = ({ name, status }: Check): string => (status === 'unknown' ? `${name} has not run yet` : `${name} is ${status}`);
