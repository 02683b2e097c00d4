import type { Frame } from './frame';

/** An eval in an eval in an eval; deeper ones keep the place where they are. */
const MAX_EVALS = 8;
/** What stands where a file would. */
const NO_FILE = /^(?:native|unknown|<anonymous>|\[native code\]|index \d+)?$/;

/** A frame of V8 or Bun, `at async Repository.find [as get] (file:///srv/app/users.js:4:31)`. */
export function readAtLine(line: string): Frame | undefined {
  if (!line.startsWith('at ')) return undefined;
  const isAsync = line.startsWith('at async ');
  const call = line.slice(isAsync ? 9 : 3);
  const open = call.endsWith(')') ? openingOf(call) : -1;
  // Without parentheses there is no name: only Bun writes `at unknown`, for what has neither.
  if (open < 0) return frameOf('', call, isAsync);
  return frameOf(nameOf(call.slice(0, open).trimEnd()), evalPlace(call.slice(open + 1, -1)), isAsync);
}

/** Where the last pair of parentheses opens: names (`[a(b)]`) and folders (`app/(home)/page.js`) have some of their own. */
function openingOf(text: string): number {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    const code = text.charCodeAt(at);
    if (code === 41) depth++;
    else if (code === 40 && --depth === 0) return at;
  }
  return -1;
}

/** `new Repository` and `Repository.find [as get]` are `Repository` and `Repository.find`. */
function nameOf(call: string): string {
  const alias = call.endsWith(']') ? call.lastIndexOf(' [as ') : -1;
  const name = alias === -1 ? call : call.slice(0, alias);
  const plain = name.startsWith('new ') ? name.slice(4) : name;
  return plain === '<anonymous>' ? '' : plain;
}

/** `eval at outer (file:///srv/app/a.js:1:2), <anonymous>:3:4` is where the eval was called: what it made has no file. */
function evalPlace(place: string): string {
  let inner = place;
  for (let evals = 0; evals < MAX_EVALS && inner.startsWith('eval at '); evals++) {
    const comma = inner.lastIndexOf(', ');
    const called = comma === -1 ? inner : inner.slice(0, comma);
    const open = called.endsWith(')') ? openingOf(called) : -1;
    if (open === -1) break;
    inner = called.slice(open + 1, -1);
  }
  return inner;
}

/** A frame of SpiderMonkey or JavaScriptCore, `async*find@file:///srv/app/users.js:4:31`. */
export function readNamedLine(line: string): Frame | undefined {
  // Names have no `@`, addresses do: `/node_modules/@scope/package/index.js`.
  const at = line.indexOf('@');
  if (at === -1) return undefined;
  const call = line.slice(0, at);
  // `async*`, `promise callback*`, `setTimeout handler*`: the function behind it waited.
  const star = call.lastIndexOf('*');
  const place = line.slice(at + 1);
  const frame = frameOf(call.slice(star + 1), callerOfEval(place), star !== -1);
  return frame.file !== '' && frame.line === 0 ? undefined : frame;
}

/** `file:///srv/app/a.js line 24 > eval:1:33` is line 24 of a.js. */
function callerOfEval(place: string): string {
  const eval_ = place.search(/ line \d+ > (?:eval|Function)/);
  return eval_ === -1 ? place : `${place.slice(0, eval_)}:${Number.parseInt(place.slice(eval_ + 6), 10)}`;
}

function frameOf(functionName: string, place: string, isAsync: boolean): Frame {
  const last = numberAtEnd(place);
  if (last === undefined) return { functionName, file: NO_FILE.test(place) ? '' : place, line: 0, column: 0, isAsync };
  const first = numberAtEnd(last.before);
  const file = (first ?? last).before;
  return {
    functionName,
    file: NO_FILE.test(file) ? '' : file,
    line: (first ?? last).value,
    column: first === undefined ? 0 : last.value,
    isAsync,
  };
}

/** Splits `file.js:12` into `file.js` and 12. */
function numberAtEnd(text: string): { readonly before: string; readonly value: number } | undefined {
  let start = text.length;
  while (start > 0 && text.length - start < 10 && isDigit(text.charCodeAt(start - 1))) start--;
  if (start === text.length || text.charCodeAt(start - 1) !== 58) return undefined;
  return { before: text.slice(0, start - 1), value: Number(text.slice(start)) };
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
