/** What was done to a line, or to lines before it. */
export type ChainProblemKind = 'changed' | 'missing' | 'reordered' | 'inserted' | 'unlinked' | 'unchained';

/** Something that is wrong, and where it shows. */
export interface ChainProblem {
  /** Absent where lines come from no file. */
  readonly file?: string;
  /** From 1, within its file. */
  readonly line: number;
  readonly kind: ChainProblemKind;
  /** What is wrong, in words; holds nothing of the line but its place in the chain. */
  readonly message: string;
  /** Whose line it is, as it says. */
  readonly id?: string;
  readonly seq?: number;
  /** Of `missing`: how many lines. */
  readonly count?: number;
}

/** Where a line is. */
export interface LinePlace {
  readonly file: string | undefined;
  readonly line: number;
}

/** A problem that is not settled before the last line: missing lines may come later, what is referred to may, too. */
export interface OpenProblem {
  settle(): ChainProblem | undefined;
}

const MAX_KEPT = 1000;

/** Problems in the order of their lines: the first 1,000, and how many there were. */
export class ChainProblems {
  private readonly kept: OpenProblem[] = [];
  private further = 0;

  add(place: LinePlace, kind: ChainProblemKind, message: string, link?: { readonly id: string; readonly seq: number }): void {
    const problem = problemAt(place, kind, message, link);
    this.addOpen({ settle: () => problem });
  }

  addOpen(problem: OpenProblem): void {
    if (this.kept.length < MAX_KEPT) this.kept.push(problem);
    else this.further++;
  }

  settle(): { readonly problems: readonly ChainProblem[]; readonly problemCount: number } {
    const problems = this.kept.map((problem) => problem.settle()).filter((problem) => problem !== undefined);
    return { problems, problemCount: problems.length + this.further };
  }
}

export function problemAt(
  { file, line }: LinePlace,
  kind: ChainProblemKind,
  message: string,
  more: { readonly id?: string; readonly seq?: number; readonly count?: number } = {},
): ChainProblem {
  const { id, seq, count } = more;
  return Object.freeze({
    ...(file === undefined ? {} : { file }),
    line,
    kind,
    message,
    ...(id === undefined ? {} : { id }),
    ...(seq === undefined ? {} : { seq }),
    ...(count === undefined ? {} : { count }),
  });
}
