import { keyText } from './key';
import { quote } from './quote';

/** What is the same in every record of a program. */
export interface Resource {
  /** Without it, an event's own app. */
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  readonly instance?: string | undefined;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
  readonly pid?: number | undefined;
  /** `main` or `worker-N`. */
  readonly thread?: string | undefined;
}

const ORDER = ['app', 'environment', 'instance', 'port', 'hostname', 'pid', 'thread'] as const;

/** The resource as JSON text, each field behind a comma. */
export const resourceText = (resource: Resource): string =>
  ORDER.map((name) => {
    const value = resource[name];
    return value === undefined ? '' : `${keyText(name)}${typeof value === 'number' ? value : quote(value.slice(0, 256))}`;
  }).join('');

interface Worker {
  readonly isMainThread: boolean;
  readonly threadId: number;
}

interface Platform {
  readonly process?: {
    readonly pid?: number;
    readonly getBuiltinModule?: (name: string) => unknown;
  };
}

/** What the platform tells of host, process and thread; browsers tell none of it. */
export function platformResource(): Resource {
  const { process } = globalThis as Platform;
  const os = process?.getBuiltinModule?.('node:os') as { hostname(): string } | undefined;
  const worker = process?.getBuiltinModule?.('node:worker_threads') as Worker | undefined;
  return {
    hostname: os?.hostname(),
    pid: process?.pid,
    thread: worker && (worker.isMainThread ? 'main' : `worker-${worker.threadId}`),
  };
}
