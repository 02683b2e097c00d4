import { isWithin } from './gate';
import type { Output } from './output';
import { SECURITY_STREAM } from './stream-records';

/** The tag of what `log.diagnostic` writes. */
const DIAGNOSTIC = 'diagnostic';

/** Where the lines of one source go: lists of outputs by the rank of the level, so that a line only walks one of them. */
export interface Route {
  /** The table it was made from; another one makes another route. */
  readonly routes: Routes;
  /** For lines whose level passes. */
  readonly passed: readonly (readonly Output[])[];
  /** For tagged lines whatever their level: the outputs of that tag; without one, all others for what must not be lost. */
  readonly owned: readonly (readonly Output[])[];
}

const NONE: readonly Output[] = Object.freeze([]);
const NOWHERE: readonly (readonly Output[])[] = Object.freeze(Array<readonly Output[]>(6).fill(NONE));

/** Decides which outputs take the lines of a source. Immutable: another list of outputs makes another table. */
export class Routes {
  private readonly outputs: readonly Output[];

  constructor(outputs: readonly Output[]) {
    this.outputs = outputs;
  }

  /**
   * @param name - Of the logger.
   * @param tag - Of its lines, if they have one.
   */
  to(name: string, tag: string | undefined): Route {
    const passed = byRank(this.outputs.filter((output) => takes(output, name, tag)));
    if (tag === undefined) return { routes: this, passed, owned: NOWHERE };
    const own = this.outputs.filter((output) => output.stream === tag && takes(output, name, tag));
    return { routes: this, passed, owned: tag === SECURITY_STREAM ? secured(own, passed) : byRank(own) };
  }

  /** The same for what `log.diagnostic` writes: without an output for it the others take it, whatever their log's level. */
  ofDiagnostic(name: string): Route {
    const route = this.to(name, DIAGNOSTIC);
    return this.has(DIAGNOSTIC) ? route : { ...route, owned: route.passed };
  }

  private has(tag: string): boolean {
    return this.outputs.some(({ stream }) => stream === tag);
  }
}

/** By rank, the outputs of the tag if one of them takes every line; else all there are. */
const secured = (own: readonly Output[], passed: Route['passed']): Route['owned'] =>
  byRank(own).map((outputs, rank) => (outputs.some(({ isChoosy }) => !isChoosy) ? outputs : passed[rank]!));

const takes = ({ stream, loggers }: Output, name: string, tag: string | undefined): boolean =>
  (stream === undefined || stream === tag) && (loggers === undefined || loggers.some((logger) => isWithin(name, logger)));

function byRank(outputs: readonly Output[]): readonly (readonly Output[])[] {
  if (outputs.length === 0) return NOWHERE;
  return NOWHERE.map((_, rank) => outputs.filter((output) => rank >= output.rank && rank <= output.maxRank));
}
