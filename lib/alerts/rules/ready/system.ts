import type { Duration } from '../../../core/unit';
import { parseDuration } from '../../../core/unit';
import type { AlertRule } from '../../rule';
import { above, checkReady, madeRule, type ReadyRuleOptions } from './options';

/** How much of something is in use, as a share from 0 to 1. */
export interface UseOptions extends ReadyRuleOptions {
  readonly warning?: number;
  readonly critical?: number;
  /** Name of the gauge. */
  readonly metric?: string;
}

const USE = { warning: 'any', critical: 'any', metric: 'any' } as const;

/** Processor use of the host: by default above 80 % a warning and above 95 % critical, for 300 s. */
export function cpuUse(options: UseOptions = {}): readonly AlertRule[] {
  checkReady('cpuUse', options, USE);
  const { warning = 0.8, critical = 0.95, metric = 'system.cpu.utilization' } = options;
  const summary = 'Processor use is {value}';
  return madeRule(
    { name: 'cpu_use', summary, for: '300s', when: { kind: 'value', metric }, threshold: above('>', warning, critical) },
    options,
  );
}

/** Memory use of the host: by default above 85 % a warning and above 95 % critical, for 300 s. */
export function memoryUse(options: UseOptions = {}): readonly AlertRule[] {
  checkReady('memoryUse', options, USE);
  const { warning = 0.85, critical = 0.95, metric = 'system.memory.utilization' } = options;
  const summary = 'Memory use is {value}';
  return madeRule(
    { name: 'memory_use', summary, for: '300s', when: { kind: 'value', metric }, threshold: above('>', warning, critical) },
    options,
  );
}

/** Disk use, for each mount by itself: by default above 85 % a warning and above 95 % critical, for 300 s. */
export function diskUse(options: UseOptions & { readonly mount?: string } = {}): readonly AlertRule[] {
  checkReady('diskUse', options, { ...USE, mount: 'any' });
  const { warning = 0.85, critical = 0.95, metric = 'system.filesystem.utilization', mount } = options;
  return madeRule(
    {
      name: 'disk_use',
      summary: '{value} of {group} is in use',
      for: '300s',
      when: { kind: 'value', metric, ...(mount !== undefined && { tags: { mount } }) },
      threshold: above('>', warning, critical),
      by: 'mount',
    },
    options,
  );
}

/** Memory of this process: by default above 1 GB for a minute. @param options - `bytes` is the threshold. */
export function memoryAbove(
  options: ReadyRuleOptions & { readonly bytes?: number; readonly critical?: number; readonly metric?: string } = {},
): readonly AlertRule[] {
  checkReady('memoryAbove', options, { bytes: 'any', critical: 'any', metric: 'any' });
  const { bytes = 2 ** 30, critical, metric = 'process.memory.usage' } = options;
  return madeRule(
    {
      name: 'memory_above',
      summary: 'The process uses {value} of memory',
      for: '1m',
      when: { kind: 'value', metric },
      threshold: above('>', bytes, critical),
    },
    options,
  );
}

/** The event loop is late: by default its 99th percentile above 100 ms a warning and above 500 ms critical, for a minute. */
export function eventLoopDelay(
  options: ReadyRuleOptions & { readonly warning?: Duration; readonly critical?: Duration; readonly metric?: string } = {},
): readonly AlertRule[] {
  checkReady('eventLoopDelay', options, { warning: 'any', critical: 'any', metric: 'any' });
  const { warning = '100ms', critical = '500ms', metric = 'nodejs.eventloop.delay.p99' } = options;
  const ms = (name: string, value: Duration): number => parseDuration(`eventLoopDelay: ${name}`, value);
  return madeRule(
    {
      name: 'event_loop_delay',
      summary: 'The event loop is {value} late',
      for: '1m',
      when: { kind: 'value', metric },
      threshold: above('>', ms('warning', warning), ms('critical', critical)),
    },
    options,
  );
}

/** Health checks that are degraded (warning) or unhealthy (critical), each by itself and at once: `groupInterval` is 0 unless it is given. */
export function unhealthyChecks(options: ReadyRuleOptions = {}): readonly AlertRule[] {
  checkReady('unhealthyChecks', options, {});
  return madeRule(
    {
      name: 'unhealthy_checks',
      summary: '{group} is {value}',
      when: { kind: 'health' },
      threshold: above('>=', 1, 2),
      by: 'check',
      groupInterval: 0,
    },
    options,
  );
}
