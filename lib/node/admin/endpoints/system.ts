import { quietly } from '../../../core/quietly';
import { enginesOf } from '../../../engines';
import type { LogStats } from '../../../index';
import type { AdminParts } from '../parts';
import { redactedBy } from '../redacted';
import type { Route } from '../route';
import { SYSTEM } from './system-schemas';

/**
 * `/admin/system`: what the process is, what it uses, and what became of its log lines. Neither variables of the environment nor
 * arguments of the program, which may hold secrets.
 */
export function systemRoutes({ telemetry, clock, monitor, storage }: AdminParts): readonly Route[] {
  const { texts } = redactedBy(telemetry);
  const { alerts } = enginesOf('createAdmin', telemetry);
  return [
    {
      method: 'GET',
      path: '/admin/system',
      scope: 'read',
      tag: 'system',
      summary: 'The process, samples of system and runtime, and the accounts of log and storage',
      query: {
        samples: { type: 'integer', minimum: 0, maximum: 500, default: 60, description: 'How many samples, the latest' },
      },
      responses: {
        200: { description: 'Null is what there is not: no monitor, no log that can be made, no storage', schema: SYSTEM },
      },
      handle({ query }) {
        const json = {
          process: { ...processFacts(clock.systemTime()), ...alerts.origin() },
          samples: monitor === undefined ? null : lastOf(monitor.samples(), Number(query.samples)),
          log: quietly(() => logAccount(telemetry.logStats())) ?? null,
          storage: storage?.stats() ?? null,
        };
        return { json: texts(json) };
      },
    },
  ];
}

const lastOf = <Item>(all: readonly Item[], most: number): readonly Item[] => all.slice(Math.max(0, all.length - most));

function processFacts(now: number): object {
  const uptime = process.uptime();
  return {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    pid: process.pid,
    uptime,
    started_at: Math.round(now - uptime * 1000),
  };
}

/** Sinks may tell more of themselves. */
const logAccount = ({ lines, collapsed, dropped, redaction, sinks }: LogStats): object => ({
  lines,
  collapsed,
  dropped: { nested: dropped.nested },
  redaction: { masked: redaction.masked, failedRules: redaction.failedRules.slice(0, 100) },
  sinks: sinks.map(({ name, accepted, written, queued, dropped: lost }) => ({ name, accepted, written, queued, dropped: lost })),
});
