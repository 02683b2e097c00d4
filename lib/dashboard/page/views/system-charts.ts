/** Charts of what the system used. */
import type { History } from '../../wire/history';
import type { SystemSample } from '../../wire/system';
import { type ChartData, chart, legend } from '../chart';
import type { VNode } from '../dom';
import { card, empty } from '../parts';
import { historyLines, linesOf, namesOf } from './system-series';

const MOST_LINES = 8;

function chartCard(key: string, title: string, aside: string, data: ChartData | undefined): VNode {
  const content =
    data === undefined
      ? empty('Not known yet: some of it takes a second sample, and some platforms do not tell it.')
      : [chart(key, title, data), legend(data)];
  return card(title, { aside, class: 'half', key }, content);
}

/** All that samples tell over time. */
export function chartCards(samples: readonly SystemSample[]): readonly VNode[] {
  const states = namesOf(samples, ({ connections }) => connections)
    .filter((state) => samples.some(({ connections }) => connections?.[state]))
    .slice(0, MOST_LINES);
  return [
    chartCard(
      'cpu',
      'Processor',
      'of the cores each may use',
      linesOf(
        samples,
        [
          ['this process', ({ cpu }) => cpu?.process?.utilization, { isArea: true }],
          ['the machine', ({ cpu }) => cpu?.utilization],
        ],
        { unit: '%', most: 1 },
      ),
    ),
    chartCard(
      'memory',
      'Memory of the process',
      'in bytes',
      linesOf(
        samples,
        [
          ['resident', ({ memory }) => memory?.process?.usage, { isArea: true }],
          ['heap', ({ memory }) => memory?.process?.heap_total],
          ['heap in use', ({ memory }) => memory?.process?.heap_used],
          ['external', ({ memory }) => memory?.process?.external],
        ],
        { unit: 'bytes' },
      ),
    ),
    chartCard(
      'delay',
      'Event-loop delay',
      'how late timers are',
      linesOf(
        samples,
        [
          ['mean', ({ eventLoop }) => eventLoop?.mean],
          ['p99', ({ eventLoop }) => eventLoop?.p99],
          ['longest', ({ eventLoop }) => eventLoop?.max],
        ],
        { unit: 'ms' },
      ),
    ),
    chartCard(
      'busy',
      'Event-loop utilisation',
      'of the time',
      linesOf(samples, [['busy', ({ eventLoop }) => eventLoop?.utilization, { isArea: true }]], { unit: '%', most: 1 }),
    ),
    chartCard(
      'load',
      'Load of the machine',
      'averages',
      linesOf(samples, [
        ['1 m', ({ load }) => load?.['1m']],
        ['5 m', ({ load }) => load?.['5m']],
        ['15 m', ({ load }) => load?.['15m']],
      ]),
    ),
    chartCard('files', 'Open files', 'of the process', linesOf(samples, [['open', ({ openFiles }) => openFiles?.count, { isArea: true }]])),
    chartCard(
      'connections',
      'TCP connections',
      'by state',
      linesOf(
        samples,
        states.map((state) => [state, ({ connections }) => connections?.[state]] as const),
      ),
    ),
  ];
}

/** @param history - Of the pauses; `undefined` where there is none. */
export function gcCard(history: History | undefined): VNode {
  const data = history && historyLines(history, 'sum', 'kind', 'ms');
  if (data !== undefined) return chartCard('gc', 'Garbage collection', 'pauses in each ten seconds', data);
  return card(
    'Garbage collection',
    { class: 'half', key: 'gc' },
    empty(
      'Each pause is an event, nodejs.gc.pause. Its history is here once there was one, and where metrics are kept:',
      "// A monitor, and metrics with a history:\nawait startTelemetry({ app: 'shop' });",
    ),
  );
}
