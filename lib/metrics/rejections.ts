/**
 * Why a sample was not recorded: its value was `nan`, `infinite`, `negative` where values only rise, `not_a_number`,
 * `missing` (a definition's measurement is not there), or it was `unreadable`: a getter, or a function of the definition, threw.
 */
export type RejectionReason = 'nan' | 'infinite' | 'negative' | 'not_a_number' | 'missing' | 'unreadable';

/** How many samples of a metric were rejected, by reason. */
export class Rejections {
  private counts: Map<RejectionReason, number> | undefined = undefined;

  /** @param tell - Called for each. */
  constructor(private readonly tell: (reason: RejectionReason) => void) {}

  add(reason: RejectionReason): void {
    this.tell(reason);
    this.counts ??= new Map();
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  clear(): void {
    this.counts = undefined;
  }

  /** `undefined` when there was none. */
  list(): Partial<Record<RejectionReason, number>> | undefined {
    return this.counts && Object.fromEntries(this.counts);
  }
}

/** Why a number can't be recorded. @param signed - Negative ones can. */
export function reasonAgainst(value: unknown, signed: boolean): RejectionReason {
  if (typeof value !== 'number') return 'not_a_number';
  return Number.isNaN(value) ? 'nan' : value < 0 && !signed ? 'negative' : 'infinite';
}
