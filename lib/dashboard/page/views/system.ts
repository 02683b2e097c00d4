import '../styles/system.css';
import type { History } from '../../wire/history';
import type { SystemSample, SystemState } from '../../wire/system';
import { h, type VNode } from '../dom';
import { bytes, count, dateTime, duration, percent } from '../format';
import { card, empty, facts, grid, type Tone, tile, tiles, waiting } from '../parts';
import { apiPath } from '../url-state';
import type { View } from '../view';
import { chartCards, gcCard } from './system-charts';
import { exportedSamples } from './system-export';
import { diskCard, machineCard, memoryCard } from './system-memory';
import { kept } from './system-series';

const SAMPLES = 120;
const GC = apiPath('/admin/history', { metric: 'nodejs.gc.pause.duration', step: '10s', last: '1h', columns: 'sum,count,max' });

const NO_MONITOR = `import { startTelemetry } from 'telemetry-bus/node';
import { serveAdmin } from 'telemetry-bus/node/admin';

const app = await startTelemetry({ app: 'shop', monitor: { interval: '10s' } });
await serveAdmin(app); // the application, not its bus alone`;

export const systemView: View = {
  id: 'system',
  title: 'System',
  key: 'y',
  group: 'How it is',
  create(page) {
    const charts = kept(chartCards);
    const gc = kept(gcCard);
    return {
      sources: () => ({ system: apiPath('/admin/system', { samples: SAMPLES }), gc: GC }),
      render() {
        const state = page.data<SystemState>('system');
        if (state === undefined) return waiting(page, 'system');
        const { samples } = state;
        if (samples === null || samples.length === 0) return grid(factsCard(state), noSamples(samples === null));
        return grid(
          headline(samples, state),
          ...charts(samples),
          gc(page.data<History>('gc')),
          memoryCard(samples),
          machineCard(samples),
          diskCard(page, samples),
          factsCard(state),
        );
      },
      exported: () => exportedSamples(page.data<SystemState>('system')?.samples ?? []),
    };
  },
};

function noSamples(isUnwatched: boolean): VNode {
  const text = isUnwatched
    ? 'Nobody samples the system. startTelemetry does, every minute, unless the environment is test or MONITOR_SYSTEM_METRICS is 0; with an interval of its own:'
    : 'The system is sampled, but no sample is there yet. The first one comes within an interval, which is a minute unless it is said otherwise:';
  return card('Samples', {}, empty(text, NO_MONITOR));
}

/** @param warn - From here on it needs attention. @param bad - From here on it needs it now. */
const toneOf = (value: number | undefined, warn: number, bad: number): { readonly tone?: Tone } =>
  value === undefined || value < warn ? {} : { tone: value < bad ? 'warn' : 'bad' };

function headline(samples: readonly SystemSample[], { process }: SystemState): VNode {
  const { cpu, memory, eventLoop, openFiles, load } = samples.at(-1) as SystemSample;
  const own = memory?.process;
  const limit = own?.limit ?? memory?.limit;
  const share = own?.usage !== undefined && limit !== undefined && limit > 0 ? own.usage / limit : undefined;
  const files = openFiles?.count !== undefined && openFiles.limit !== undefined ? openFiles.count / openFiles.limit : undefined;
  const cores = cpu?.process?.limit;
  return tiles(
    tile('Processor', percent(cpu?.process?.utilization), {
      ...toneOf(cpu?.process?.utilization, 0.8, 0.95),
      under: cores === undefined ? 'of this process' : `of ${count(cores)} ${cores === 1 ? 'core' : 'cores'}`,
    }),
    tile('Memory', bytes(own?.usage), {
      ...toneOf(share, 0.85, 0.95),
      under: share === undefined ? 'resident' : `${percent(share)} of ${bytes(limit)}`,
    }),
    tile('Event-loop delay', duration(eventLoop?.p99), { ...toneOf(eventLoop?.p99, 100, 1000), under: 'p99, last sample' }),
    tile('Event loop busy', percent(eventLoop?.utilization), { ...toneOf(eventLoop?.utilization, 0.8, 0.95), under: 'of the time' }),
    tile('Open files', count(openFiles?.count), {
      ...toneOf(files, 0.8, 0.95),
      under: files === undefined ? ' ' : `of ${count(openFiles?.limit)}`,
    }),
    tile('Load', load?.['1m']?.toFixed(2) ?? '–', { under: 'of the machine' }),
    tile('Running for', duration(process.uptime * 1000), { under: `process ${process.pid}` }),
  );
}

function factsCard({ process, samples }: SystemState): VNode {
  const { app, environment, instance, hostname, node, platform, arch, pid, started_at } = process;
  const handles = Object.entries(samples?.at(-1)?.handles ?? {})
    .filter(([, value]) => value > 0)
    .sort(([, one], [, other]) => other - one);
  return card(
    'Process',
    { aside: 'variables of its environment and its arguments are not told here' },
    facts(
      ...(
        [
          ['Application', app],
          ['Environment', environment],
          ['Instance', instance],
          ['Host', hostname],
        ] as const
      ).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
      ['Node', node],
      ['Platform', `${platform} ${arch}`],
      ['Process id', String(pid)],
      ['Started', dateTime(started_at)],
    ),
    handles.length > 0 && [
      h('h3', { class: 'further' }, 'What keeps it alive'),
      facts(...handles.slice(0, 12).map(([type, value]) => [type, count(value)] as const)),
    ],
  );
}
