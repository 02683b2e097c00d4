import type { MessageObject } from '../../../errors/messages/format';
import { alertLine, introduction, statusLine, toldLine } from './summary';
import type { Plan, Progress, ShownAlert, View } from './view';

/** For pipes, files and simple terminals: line after line, one each second, warnings and changes of health as they come. */
export function createPlainView(write: (text: string) => void): View {
  const writeLines = (lines: readonly string[]) => write(lines.map((line) => `${line}\n`).join(''));
  let isWell = true;
  function tellHealth({ vitals }: Progress): void {
    if (vitals === undefined || vitals.isWell === isWell) return;
    isWell = vitals.isWell;
    writeLines([`health  ${vitals.health}`]);
  }
  return Object.freeze({
    everyMs: 1000,
    begin: (plan: Plan) => writeLines(introduction(plan)),
    warn: (line: string) => writeLines([line]),
    tell: (message: MessageObject) => writeLines([toldLine(message)]),
    alert: (alert: ShownAlert) => writeLines([alertLine(alert)]),
    update(progress: Progress) {
      tellHealth(progress);
      writeLines([statusLine(progress)]);
    },
    end: writeLines,
    close: () => undefined,
  });
}
