import type { Level } from '../../../core/level';
import { isWithin, rankOf } from '../../../log/gate';
import type { KeptLine } from './kept-line';
import { hasId } from './record-ids';

/** Which lines are wanted: those that pass all that is said. */
export interface LineQuery {
  /** This level and those above. */
  readonly level?: Level | undefined;
  /** A logger and those below it. */
  readonly logger?: string | undefined;
  /** The name of an event, or what one begins with and `.*`. */
  readonly event?: string | undefined;
  /** Of whatever the record belongs to; see `hasId`. Of characters that JSON writes as they are. */
  readonly id?: string | undefined;
  /** In the line as it is written, whatever the case. */
  readonly text?: string | undefined;
}

type Test = (line: KeptLine) => boolean;

/** Makes what decides about lines. Ids and texts are looked for in the text of a line first: few lines are parsed. */
export function lineFilter({ level, logger, event, id, text }: LineQuery): Test {
  const tests: Test[] = [];
  if (level !== undefined) tests.push(atLeast(rankOf(level)));
  if (id !== undefined) tests.push((line) => line.text.includes(id));
  if (text !== undefined && text !== '') {
    const wanted = text.toLowerCase();
    tests.push((line) => line.text.toLowerCase().includes(wanted));
  }
  if (logger !== undefined) tests.push(({ head }) => isWithin(head.logger, logger));
  if (event !== undefined) tests.push(ofEvent(event));
  if (id !== undefined) tests.push(({ record }) => hasId(record, id));
  return (line) => tests.every((test) => test(line));
}

const atLeast =
  (least: number): Test =>
  ({ level }) =>
    rankOf(level) >= least;

function ofEvent(wanted: string): Test {
  if (!wanted.endsWith('.*')) return ({ head }) => head.event === wanted;
  const above = wanted.slice(0, -2);
  return ({ head }) => head.event?.startsWith(`${above}.`) === true;
}
