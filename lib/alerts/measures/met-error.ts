import { nameOf, read } from '../../core/read';
import type { SeenError } from '../host';

const MAX_CLASS = 128;
/** As much of an error as is searched. */
const MAX_CHARS = 2000;
const MAX_CAUSES = 4;

/** An error that rules are told of. What several of them ask for is made once. */
export class MetError {
  private madeText: string | undefined;

  constructor(readonly seen: SeenError) {}

  /** What it says of itself; see {@link errorText}. */
  get text(): string {
    this.madeText ??= errorText(this.seen);
    return this.madeText;
  }

  /** Class of the error; of a line without one, empty. */
  get type(): string {
    return this.seen.hasError ? nameOf(this.seen.error) : '';
  }

  /** The error's message; where it has none, that of the line. Bounded, not redacted. */
  get message(): string {
    const { error, hasError, place } = this.seen;
    const own = typeof error === 'string' ? error : read(error, 'message');
    return (hasError && typeof own === 'string' && own !== '' ? own : place.message).slice(0, MAX_CHARS);
  }
}

/**
 * The message of the line; then, for the error and up to four causes, a line of type, code and message. At most 2,000 characters in
 * all. Of several errors in one (`AggregateError`) the first counts as the cause. Never throws.
 */
function errorText({ error, hasError, place }: SeenError): string {
  const lines = place.message === '' ? [] : [place.message.slice(0, MAX_CHARS)];
  let room = MAX_CHARS - (lines[0]?.length ?? -1) - 1;
  let current = hasError ? error : undefined;
  for (let depth = 0; depth <= MAX_CAUSES && room > 0 && current !== undefined && current !== null; depth++) {
    const line = lineOf(current).slice(0, room);
    lines.push(line);
    room -= line.length + 1;
    current = typeof current === 'object' ? (read(current, 'cause') ?? read(read(current, 'errors'), '0')) : undefined;
  }
  return lines.join('\n');
}

function lineOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown === 'string' ? thrown.slice(0, MAX_CHARS) : '';
  const [code, message] = [read(thrown, 'code'), read(thrown, 'message')];
  return [nameOf(thrown), classOf(thrown), code, stateOf(thrown, code), message]
    .filter((part) => typeof part === 'string' && part !== '')
    .map((part) => (part as string).slice(0, MAX_CHARS))
    .join(' ');
}

/** The class, where it says more than the name: drivers of databases name theirs `error`, or not at all. */
function classOf(thrown: object): string {
  const made = read(read(thrown, 'constructor'), 'name');
  return typeof made !== 'string' || made === 'Error' || made === 'Object' || made === nameOf(thrown) ? '' : made.slice(0, MAX_CLASS);
}

/** A code of five letters and digits says nothing by itself; beside what PostgreSQL adds to it, it is the state of a statement. */
function stateOf(thrown: object, code: unknown): string {
  if (typeof code !== 'string' || !/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return '';
  return typeof read(thrown, 'severity') === 'string' || typeof read(thrown, 'routine') === 'string' ? 'SQLSTATE' : '';
}
