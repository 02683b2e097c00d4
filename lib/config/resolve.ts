import { show } from '../core/show';
import { KINDS } from './kinds';
import { halfOf } from './levels';
import type { Flaw } from './parsed';
import { MASK, type Problem, type Reading, readOwn } from './problem';
import type { ConfigRow } from './row';

/** Where values come from, the strongest first. */
export interface Layer {
  readonly source: 'argument' | 'environment' | 'config' | 'default';
  /** What the layer is called in errors and in `explain()`: `values`, `config/production`, or the variable that holds them all. */
  readonly name: string;
  readonly values: object;
}

/** The layer whose values are variables, each under its own name. */
export const VARIABLES = 'env';

/** The value of a row and where it comes from. */
export interface Resolved {
  readonly value: unknown;
  readonly source: Layer['source'];
  /** The variable, or the file of `config/`. */
  readonly variable?: string;
}

/** A value, or none: nothing there, or something wrong. `stop`: no weaker variable has a say either. */
type Found = { readonly value: unknown } | 'none' | 'stop';

/**
 * Finds the value of a row: the first right one, from the strongest layer down. Wrong ones on the way are problems;
 * what a right value overrides is not looked at, because a variable such as `LOG_LEVEL` may be meant for another program.
 */
export function resolveRow(key: string, row: ConfigRow, layers: readonly Layer[], problems: Problem[]): Resolved {
  for (const { source, name, values } of layers) {
    const isVariable = name === VARIABLES;
    for (const property of isVariable ? row.variables : [key]) {
      const found = find(row, isVariable ? property : `${name}.${key}`, readOwn(values, property), isVariable, problems);
      if (found === 'none') continue;
      if (found === 'stop') break;
      if (source === 'argument' || source === 'default') return { ...found, source };
      return { ...found, source, variable: isVariable ? property : name };
    }
  }
  return { value: undefined, source: 'default' };
}

/** What one place says about a row; what is wrong with it goes to the problems. */
function find(row: ConfigRow, at: string, reading: Reading, isVariable: boolean, problems: Problem[]): Found {
  const { parse, allowed } = KINDS[row.kind];
  if ('value' in reading) {
    const given = isVariable && typeof reading.value === 'string' ? reading.value.trim() : reading.value;
    // Blank is as good as not set: compose files and CI can't unset a variable.
    if (given === undefined || (isVariable && given === '')) return 'none';
    const meant = isVariable && row.half && typeof given === 'string' ? halfOf(given, row.half) : given;
    if (meant === undefined) return 'stop';
    try {
      const parsed = parse(meant, row);
      if ('value' in parsed) return parsed;
      problems.push(...parsed.flaws.map((flaw) => problemOf(flaw, row, at)));
      return 'none';
    } catch {
      // An object whose insides throw.
    }
  }
  problems.push({ at, said: 'throws when it is read', allowed: allowed(row) });
  return 'none';
}

function problemOf({ got, near, allowed }: Flaw, row: ConfigRow, at: string): Problem {
  const general = KINDS[row.kind].allowed(row);
  return row.secret ? { at, said: `got ${MASK}`, allowed: general } : { at, said: `got ${show(got)}`, near, allowed: allowed ?? general };
}
