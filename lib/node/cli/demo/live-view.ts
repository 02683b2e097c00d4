import type { Level } from '../../../core/level';
import type { MessageObject } from '../../../errors/messages/format';
import type { Surroundings, TextStream } from '../command';
import { createLiveScreen } from './live-screen';
import { MOST_WARNINGS, renderScreen, type ScreenState } from './screen';
import { alertLine, introduction, toldLine } from './summary';
import type { Plan, Progress, ShownAlert, View } from './view';

/** Whether a stream can show a screen that is redrawn. */
export const isLive = ({ isTTY }: TextStream, { TERM }: Surroundings['env']): boolean => isTTY === true && TERM !== 'dumb';

/** For terminals that do not tell their size. */
const USUAL = { columns: 80, rows: 24 };

/** For terminals: a screen that is drawn five times a second and when its size changes. What remains on the terminal is the end. */
export function createLiveView(stdout: TextStream, colors: boolean): View {
  const screen = createLiveScreen(stdout);
  let warnings: ScreenState['warnings'] = [];
  let plan: Plan | undefined;
  let last: Progress | undefined;

  function draw(): void {
    if (plan === undefined || last === undefined) return;
    // A line that fills its row would lose its last character to what clears the rest.
    const size = { columns: (stdout.columns || USUAL.columns) - 1, rows: stdout.rows || USUAL.rows };
    screen.show(renderScreen({ plan, progress: last, warnings }, size, colors));
  }

  function note(level: Level, text: string): void {
    warnings = [...warnings, { level, text }].slice(-MOST_WARNINGS);
  }

  function start(): void {
    stdout.on('resize', draw);
    screen.enter();
  }

  return Object.freeze({
    everyMs: 200,
    begin(given: Plan) {
      plan = given;
    },
    warn: (text: string, level: Level) => note(level, text),
    tell: (message: MessageObject) => note('info', toldLine(message)),
    alert: (alert: ShownAlert) => note(alert.kind === 'resolved' ? 'info' : 'error', alertLine(alert)),
    update(progress: Progress) {
      // Not before there is something to show.
      if (last === undefined) start();
      last = progress;
      draw();
    },
    end(lines: readonly string[]) {
      screen.leave();
      // Both have an empty line where they meet. The API is closed by now.
      stdout.write([...introduction({ ...plan!, admin: undefined }), ...lines.slice(1)].map((line) => `${line}\n`).join(''));
    },
    close() {
      stdout.off('resize', draw);
      screen.leave();
    },
  });
}
