import { type Catalogue, defineEvents } from '../../core/catalogue';
import { defineEvent, type EventSpec } from '../../core/definition';

/** Sizes in bytes. What can't be told is not there. */
export interface MemoryMeasurements {
  readonly usage?: number;
  readonly limit?: number;
  readonly available?: number;
  readonly utilization?: number;
}

/** Averages of the last 1, 5 and 15 minutes. */
export interface LoadMeasurements {
  readonly '1m'?: number;
  readonly '5m'?: number;
  readonly '15m'?: number;
}

export interface ProcessCpuMeasurements {
  /** Seconds since the process began, of all cores. */
  readonly time?: number;
  /** Of the cores that it may use, 0 to 1. */
  readonly utilization?: number;
  /** How many cores it may use; a quota can make it a fraction. */
  readonly limit?: number;
}

/** Sizes in bytes. */
export interface ProcessMemoryMeasurements {
  /** Resident. */
  readonly usage?: number;
  readonly heap_used?: number;
  readonly heap_total?: number;
  readonly external?: number;
  /** The limit of its container. */
  readonly limit?: number;
  /** `usage` of `limit`. */
  readonly utilization?: number;
}

/** `capped`: there are more than were counted. */
export interface Counted {
  readonly capped?: boolean;
}

/** How late timers were since the last sample, in ms, and which share of the time the loop was busy, 0 to 1. */
export interface EventLoopMeasurements {
  readonly mean?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
  readonly utilization?: number;
}

type SystemTree = {
  readonly cpu: { readonly sample: EventSpec<{ readonly utilization?: number }> };
  readonly memory: { readonly sample: EventSpec<MemoryMeasurements> };
  readonly disk: { readonly sample: EventSpec<MemoryMeasurements, { readonly mount: string }> };
  readonly network: { readonly sample: EventSpec<{ readonly count: number }, Counted & { readonly state: string }> };
  readonly load: { readonly sample: EventSpec<LoadMeasurements> };
};

type ProcessTree = {
  readonly cpu: { readonly sample: EventSpec<ProcessCpuMeasurements> };
  readonly memory: { readonly sample: EventSpec<ProcessMemoryMeasurements> };
  readonly files: { readonly sample: EventSpec<{ readonly count?: number; readonly limit?: number }, Counted> };
  readonly handles: { readonly sample: EventSpec<{ readonly count: number }, { readonly type: string }> };
  readonly uptime: { readonly sample: EventSpec<{ readonly uptime: number }> };
};

type NodejsTree = {
  readonly eventloop: { readonly sample: EventSpec<EventLoopMeasurements> };
  readonly gc: { readonly pause: EventSpec<{ readonly duration: number }, { readonly kind: string }> };
};

/** The shape of {@link runtimeEvents}. */
export interface RuntimeEvents {
  readonly system: Catalogue<'system', SystemTree>;
  readonly process: Catalogue<'process', ProcessTree>;
  readonly nodejs: Catalogue<'nodejs', NodejsTree>;
}

const byte = { unit: 'byte' };
const ratio = { unit: 'ratio' };
const ms = { unit: 'ms' };
const sizes = { usage: byte, limit: byte, available: byte, utilization: ratio };

/**
 * The events of `systemMeasurements` and `runtimeMeasurements`, at level trace.
 *
 * | event | measurements | metadata |
 * | --- | --- | --- |
 * | `system.cpu.sample` | `utilization` | |
 * | `system.memory.sample` | `usage`, `limit`, `available`, `utilization` | |
 * | `system.disk.sample` | the same, for each file system | `mount` |
 * | `system.network.sample` | `count` of TCP connections, for each state | `state`, `capped`? |
 * | `system.load.sample` | `1m`, `5m`, `15m` | |
 * | `process.cpu.sample` | `time`, `utilization`, `limit` | |
 * | `process.memory.sample` | `usage`, `heap_used`, `heap_total`, `external`, `limit`, `utilization` | |
 * | `process.files.sample` | `count` of open files, `limit` | `capped`? |
 * | `process.handles.sample` | `count`, for each type of what keeps the process alive | `type` |
 * | `process.uptime.sample` | `uptime` | |
 * | `nodejs.eventloop.sample` | `mean`, `p50`, `p99`, `max` of the delay; `utilization` | |
 * | `nodejs.gc.pause` | `duration` of one garbage collection | `kind` |
 *
 * What the platform can't tell is absent, never 0.
 *
 * @example
 * runtimeEvents.process.memory.sample.join('.'); // => 'process.memory.sample'
 */
export const runtimeEvents: RuntimeEvents = /* @__PURE__ */ Object.freeze({
  system: /* @__PURE__ */ defineEvents<'system', SystemTree>('system', {
    cpu: { sample: defineEvent({ doc: 'How busy the cores of the machine were', level: 'trace', measurements: { utilization: ratio } }) },
    memory: { sample: defineEvent({ doc: 'Memory of the machine', level: 'trace', measurements: sizes }) },
    disk: { sample: defineEvent({ doc: 'A file system', level: 'trace', tags: ['mount'], measurements: sizes }) },
    network: { sample: defineEvent({ doc: 'TCP connections in a state', level: 'trace', tags: ['state'] }) },
    load: { sample: defineEvent({ doc: 'Load averages', level: 'trace' }) },
  }),
  process: /* @__PURE__ */ defineEvents<'process', ProcessTree>('process', {
    cpu: {
      sample: defineEvent({ doc: 'CPU of the process', level: 'trace', measurements: { time: { unit: 's' }, utilization: ratio } }),
    },
    memory: {
      sample: defineEvent({
        doc: 'Memory of the process',
        level: 'trace',
        measurements: { usage: byte, heap_used: byte, heap_total: byte, external: byte, limit: byte, utilization: ratio },
      }),
    },
    files: { sample: defineEvent({ doc: 'Open files of the process', level: 'trace' }) },
    handles: { sample: defineEvent({ doc: 'What keeps the process alive', level: 'trace', tags: ['type'] }) },
    uptime: { sample: defineEvent({ doc: 'Age of the process', level: 'trace', measurements: { uptime: { unit: 's' } } }) },
  }),
  nodejs: /* @__PURE__ */ defineEvents<'nodejs', NodejsTree>('nodejs', {
    eventloop: {
      sample: defineEvent({
        doc: 'How late timers were, and how busy the event loop',
        level: 'trace',
        measurements: { mean: ms, p50: ms, p99: ms, max: ms, utilization: ratio },
      }),
    },
    gc: { pause: defineEvent({ doc: 'A garbage collection', level: 'trace', tags: ['kind'] }) },
  }),
});
