/** What memory and disks hold. */
import type { SystemSample } from '../../wire/system';
import { h, type VNode } from '../dom';
import { bytes, percent } from '../format';
import { bar, card, empty, facts, type Tone } from '../parts';
import { type Column, table } from '../table';
import type { Page } from '../view';
import { memoryParts } from './system-series';

const toneOf = (part: number): Tone => (part < 0.85 ? 'neutral' : part < 0.95 ? 'warn' : 'bad');

/** A bar of what the memory of the process is made of, against its limit. */
export function memoryCard(samples: readonly SystemSample[]): VNode {
  const { memory } = samples.at(-1) as SystemSample;
  const own = memory?.process;
  const parts = memoryParts(own);
  const title = 'What the memory is made of';
  if (own?.usage === undefined || parts.length === 0)
    return card(title, { class: 'half' }, empty('Not known yet: some of it takes a second sample, and some platforms do not tell it.'));
  const limit = own.limit ?? memory?.limit;
  // A limit that is lower than what is used already tells nothing of its parts.
  const whole = Math.max(own.usage, limit ?? 0);
  const [of, share] = [own.limit === undefined ? 'the machine has' : 'its container allows', own.usage / whole];
  return card(
    title,
    { class: 'half', aside: limit === undefined ? 'no limit is known' : `${percent(own.usage / limit)} of the ${bytes(limit)} that ${of}` },
    h('h3', {}, `Resident: ${bytes(own.usage)}`),
    stack(parts, own.usage),
    legendOf(parts),
    limit !== undefined &&
      h('div', { class: 'further' }, h('h3', {}, 'Against the limit'), bar(share, `${bytes(own.usage)} of ${bytes(limit)}`, toneOf(share))),
  );
}

const stack = (parts: readonly (readonly [name: string, size: number])[], whole: number): VNode =>
  h(
    'div',
    { class: 'parts-bar', 'aria-hidden': 'true' },
    ...parts.map(([name, size], at) =>
      h('div', {
        key: name,
        class: `parts-bar-part swatch line-${at + 1}`,
        title: `${name} ${bytes(size)}`,
        percent: (size / whole) * 100,
      }),
    ),
  );

const legendOf = (parts: readonly (readonly [name: string, size: number])[]): VNode =>
  h(
    'ul',
    { class: 'legend' },
    ...parts.map(([name, size], at) =>
      h('li', { key: name }, h('span', { class: `swatch line-${at + 1}`, 'aria-hidden': 'true' }), `${name} `, h('b', {}, bytes(size))),
    ),
  );

/** Of the machine, whatever else runs there. */
export function machineCard(samples: readonly SystemSample[]): VNode {
  const { memory, cpu, load = {} } = samples.at(-1) as SystemSample;
  const { usage, limit, available } = memory ?? {};
  const part = usage !== undefined && limit !== undefined && limit > 0 ? usage / limit : undefined;
  const busy = cpu?.utilization;
  return card(
    'Machine',
    { class: 'half', aside: 'whatever else runs there included' },
    h('h3', {}, 'Memory'),
    part === undefined
      ? h('p', { class: 'quiet' }, 'Not known yet: some of it takes a second sample, and some platforms do not tell it.')
      : bar(part, `${bytes(usage)} of ${bytes(limit)}, ${bytes(available)} available`, toneOf(part)),
    h('h3', { class: 'further' }, 'Processor'),
    busy === undefined
      ? h('p', { class: 'quiet' }, 'Not known yet: it takes two samples.')
      : bar(busy, `${percent(busy)} busy`, toneOf(busy)),
    h('div', { class: 'further' }, facts(...Object.entries(load).map(([span, value]) => [`Load, ${span}`, value.toFixed(2)] as const))),
  );
}

interface Disk {
  readonly mount: string;
  readonly usage?: number;
  readonly limit?: number;
  readonly available?: number;
  readonly utilization?: number;
}

const COLUMNS: readonly Column<Disk>[] = [
  { id: 'mount', title: 'Mounted at', value: ({ mount }) => mount, show: ({ mount }) => h('span', { class: 'mono' }, mount) },
  {
    id: 'used',
    title: 'Used',
    value: ({ utilization }) => utilization,
    show: ({ utilization = 0 }) => bar(utilization, percent(utilization), toneOf(utilization)),
  },
  { id: 'usage', title: 'Bytes', isNumber: true, value: ({ usage }) => usage, show: ({ usage }) => bytes(usage) },
  { id: 'available', title: 'Available', isNumber: true, value: ({ available }) => available, show: ({ available }) => bytes(available) },
  { id: 'limit', title: 'Size', isNumber: true, isMinor: true, value: ({ limit }) => limit, show: ({ limit }) => bytes(limit) },
];

export function diskCard(page: Page, samples: readonly SystemSample[]): VNode {
  const rows = Object.entries(samples.at(-1)?.disk ?? {}).map(([mount, disk]): Disk => ({ mount, ...disk }));
  return card(
    'Disks',
    { aside: 'as df reckons' },
    table(page, {
      label: 'Disks',
      param: 'disk_sort',
      columns: COLUMNS,
      rows,
      key: ({ mount }) => mount,
      empty: empty(
        'No local disk is known yet. Which mount points are looked at can be said:',
        "startTelemetry({ monitor: { mounts: ['/', '/data'] } });",
      ),
    }),
  );
}
