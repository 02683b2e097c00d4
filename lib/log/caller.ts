/** Where a line was logged. */
export interface Caller {
  /** File name without folder and ending. */
  readonly module: string;
  /** `<anonymous>` for a function without a name and for the top level of a module. */
  readonly name: string;
  readonly line: number | undefined;
}

/** What V8 adds to Error; others lack it. */
interface V8Error {
  captureStackTrace?(target: object, below: (...args: never[]) => unknown): void;
  stackTraceLimit?: number;
}

/** V8: `at name (file:line:column)`, `at async name (…)`, `at file:line:column`; others: `name@file:line:column`. */
const V8_FRAME = /^\s*at (?:async )?(?:(.*?) \()?(.*?):(\d+)(?::\d+)?\)?$/;
const OTHER_FRAME = /^(.*?)@(.*?):(\d+)(?::\d+)?$/;

/**
 * Finds out who called a function, from the stack as text: that is the one form in which Node applies source maps (when
 * they are on). Costs some microseconds; nothing when it is not called.
 *
 * @param below - The function whose caller is wanted: it and what it called are left out of the stack.
 */
export function callerOf(below: (...args: never[]) => unknown): Caller | undefined {
  const V8 = Error as V8Error;
  const limit = V8.stackTraceLimit;
  try {
    if (V8.captureStackTrace === undefined) return callerIn(new Error().stack, below.name);
    const caller = capture(V8, below, frames);
    if (caller !== undefined || frames > 1) return caller;
    // Bun counts the frames it leaves out.
    frames = 16;
    return capture(V8, below, frames);
  } catch {
    // A frozen Error, or a prepareStackTrace of the application's that throws.
    return undefined;
  } finally {
    restore(V8, limit);
  }
}

/** How many frames it takes to see the caller: the fewer, the quicker. */
let frames = 1;

function capture(V8: V8Error, below: (...args: never[]) => unknown, limit: number): Caller | undefined {
  const holder: { stack?: unknown } = {};
  V8.stackTraceLimit = limit;
  V8.captureStackTrace!(holder, below);
  return typeof holder.stack === 'string' ? parse(holder.stack)[0] : undefined;
}

/** Where nothing can be left out of a stack: what comes after the function of this name. */
function callerIn(stack: string | undefined, name: string): Caller | undefined {
  const callers = parse(stack ?? '');
  const at = callers
    .slice(0, 8)
    .map((caller) => caller.name)
    .lastIndexOf(name);
  return at === -1 ? undefined : callers[at + 1];
}

function restore(V8: V8Error, limit: number | undefined): void {
  try {
    if (limit !== undefined) V8.stackTraceLimit = limit;
  } catch {
    // Frozen: then it was not changed either.
  }
}

function parse(stack: string): Caller[] {
  const callers: Caller[] = [];
  for (const line of stack.split('\n').slice(0, 30)) {
    const [, name = '', file = '', number] = V8_FRAME.exec(line) ?? OTHER_FRAME.exec(line) ?? [];
    if (number === undefined) continue;
    callers.push({ module: moduleOf(file), name: name.replace(/^(?:Object|Module)\./, '') || '<anonymous>', line: Number(number) });
  }
  return callers;
}

const moduleOf = (file: string): string => {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return base.replace(/(.)\.[^.]*$/, '$1').slice(0, 256);
};
