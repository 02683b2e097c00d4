import type { Surroundings, TextStream } from '../../../lib/node/cli/command';

/** Surroundings whose output is kept. */
export interface Kept extends Surroundings {
  readonly written: { stdout: string; stderr: string };
}

export function keepOutput(env: Surroundings['env'] = {}, isTTY = false): Kept {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written): TextStream => ({
    isTTY,
    write(text: string) {
      written[name] += text;
    },
    on: () => undefined,
    off: () => undefined,
  });
  return { written, stdout: stream('stdout'), stderr: stream('stderr'), env, signal: new AbortController().signal };
}
