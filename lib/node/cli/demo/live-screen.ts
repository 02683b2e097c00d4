import type { TextStream } from '../command';

/** A terminal that shows frames, one in place of the other, on a screen of its own. */
export interface LiveScreen {
  /** Remembers the terminal's content and hides the cursor. */
  enter(): void;
  /** Shows lines from the top; they must fit. */
  show(lines: readonly string[]): void;
  /** Gives the terminal back as it was; harmless when that has been done. */
  leave(): void;
}

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const REST_OF_SCREEN = '\x1b[J';

/**
 * Takes over a terminal for frames. Each is one write, from the top left corner, over the one before: nothing is blank in
 * between. Whatever ends the process (but SIGKILL), and Ctrl-Z, gives the terminal back first.
 *
 * @param program - Like `process`; tests bring their own.
 */
export function createLiveScreen(stdout: Pick<TextStream, 'write'>, program: ScreenProgram = process): LiveScreen {
  let isEntered = false;
  const enter = () => {
    isEntered = true;
    stdout.write(ENTER);
  };
  const giveBack = () => {
    if (isEntered) stdout.write(LEAVE);
    isEntered = false;
  };
  const suspend = () => {
    giveBack();
    program.kill(program.pid, 'SIGSTOP');
  };
  const quit = () => {
    program.exit(131);
  };
  return Object.freeze({
    enter() {
      program.on('exit', giveBack).on('SIGTSTP', suspend).on('SIGCONT', enter).on('SIGQUIT', quit);
      enter();
    },
    show(lines: readonly string[]) {
      // The last line has no line end, which would scroll a full screen; the cursor rests where typing does no harm.
      if (isEntered) stdout.write(HOME + lines.map((line) => line + REST_OF_LINE).join('\r\n') + REST_OF_SCREEN + HOME);
    },
    leave() {
      giveBack();
      program.off('exit', giveBack).off('SIGTSTP', suspend).off('SIGCONT', enter).off('SIGQUIT', quit);
    },
  });
}

type Occasion = 'exit' | 'SIGTSTP' | 'SIGCONT' | 'SIGQUIT';

/** What is used of `process`. */
export interface ScreenProgram {
  readonly pid: number;
  on(occasion: Occasion, listener: () => void): ScreenProgram;
  off(occasion: Occasion, listener: () => void): ScreenProgram;
  kill(pid: number, signal: 'SIGSTOP'): unknown;
  exit(code: number): unknown;
}
