import { createPlainView } from '../../../lib/node/cli/demo/plain-view';
import type { Progress, View } from '../../../lib/node/cli/demo/view';

/** A plain view whose lines are kept, with what it was told. */
export function createRecordingView(): { readonly view: View; readonly lines: string[]; readonly told: Progress[]; closed: number } {
  const lines: string[] = [];
  const told: Progress[] = [];
  const plain = createPlainView((text) => lines.push(...text.split('\n').slice(0, -1)));
  const recording = {
    lines,
    told,
    closed: 0,
    view: {
      ...plain,
      update(progress: Progress) {
        told.push(progress);
        plain.update(progress);
      },
      close() {
        recording.closed++;
      },
    },
  };
  return recording;
}
