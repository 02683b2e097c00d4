/** The programs under test. */
import { bundled } from '../bundled';

export type ProgramName = 'cycles' | 'service' | 'threads' | 'watcher' | 'writer';

/** Told apart by name, so that tools see that they are used. */
const PROGRAMS: Readonly<Record<ProgramName, URL>> = {
  cycles: new URL('../../faults/programs/cycles.ts', import.meta.url),
  service: new URL('../../faults/programs/service.ts', import.meta.url),
  threads: new URL('../../faults/programs/threads.ts', import.meta.url),
  watcher: new URL('../../faults/programs/watcher.ts', import.meta.url),
  writer: new URL('../../faults/programs/writer.ts', import.meta.url),
};

/** The path of a program of `test/faults/programs`, ready to be run by `node`. */
export const programPath = (name: ProgramName): Promise<string> => bundled(PROGRAMS[name]);
