/** How the machine and what the demo depends on are, measured each second. */
import { dirname } from 'node:path';
import { healthOf, httpCheck } from '../../../entries/health';
import type { Health } from '../../../health/api';
import { createTelemetry, type TelemetryOptions } from '../../../index';
import { formatDuration } from '../../../log/formats/duration';
import { diskSpaceCheck } from '../../health/index';
import { sizeText } from '../../health/one-look';
import { type Monitor, startMonitor } from '../../runtime/monitor';

export interface Vitals {
  /** `CPU 12 %, memory 96.3 MB, event loop p99 1.20 ms`; what the platform does not tell is left out. */
  readonly machine: string;
  /** `disk healthy, model degraded (It took 812 ms, longer than 500 ms)`. */
  readonly health: string;
  /** Whether some check is not well. */
  readonly isWell: boolean;
}

export interface VitalsWatch {
  now(): Vitals;
  readonly monitor: Monitor;
  readonly health: Health;
  /** Asks the model from now on, too. @param url - Answers with 200 when the model is well. */
  askModel(url: string): void;
  stop(): void;
}

/** An answer of the model that takes longer is a sign of trouble. */
const SLOW = '500ms';
/** For graphs of the last five minutes. */
const SAMPLES = 300;

/** Begins to watch. It has a bus of its own: on the agent's the samples would be counted among its events. */
export function watchVitals(logPath: string, onWarning: TelemetryOptions['onWarning']): VitalsWatch {
  const bus = createTelemetry({ ...(onWarning && { onWarning }) });
  const monitor = startMonitor({ bus, interval: '1s', maxSamples: SAMPLES });
  const health = healthOf(bus);
  health.configure({ interval: '1s', timeout: '1s', healthyAfter: 1 });
  health.addCheck('disk', diskSpaceCheck({ path: dirname(logPath) }));
  health.start();
  return {
    monitor,
    health,
    askModel: (url) => void health.addCheck('model', httpCheck(url, { slow: SLOW })),
    now() {
      const { cpu, memory, eventLoop } = monitor.latest() ?? {};
      const [busy, size, delay] = [cpu?.utilization, memory?.process?.usage, eventLoop?.p99];
      const known = [
        ...(busy === undefined ? [] : [`CPU ${Math.round(100 * busy)} %`]),
        ...(size === undefined ? [] : [`memory ${sizeText(size)}`]),
        ...(delay === undefined ? [] : [`event loop p99 ${formatDuration(delay)}`]),
      ];
      const { status, checks } = health.report();
      const each = Object.entries(checks).map(([name, check]) =>
        check.status === 'healthy' || check.detail === undefined ? `${name} ${check.status}` : `${name} ${check.status} (${check.detail})`,
      );
      const isKnown = Object.values(checks).every(({ status: known }) => known !== 'unknown');
      return {
        machine: known.join(', ') || 'not measured yet',
        health: isKnown ? each.join(', ') : 'not checked yet',
        isWell: status !== 'degraded' && status !== 'unhealthy',
      };
    },
    stop() {
      monitor.stop();
      health.stop();
    },
  };
}
