import { Problem } from '../problem';

/** Lets a number of things happen at a time, and no more. */
export class Slots {
  private taken = 0;

  constructor(
    private readonly most: number,
    private readonly what: string,
  ) {}

  /** @returns What gives the place back, once however often it is called. @throws {Problem} 503 when all are taken. */
  take(): () => void {
    if (this.taken >= this.most) {
      const detail = `${this.what}: ${this.most} are under way, and that is the most. Try again in a moment`;
      throw new Problem(503, 'BUSY', detail, { 'retry-after': '2' });
    }
    this.taken++;
    let isHeld = true;
    return () => {
      if (isHeld) this.taken--;
      isHeld = false;
    };
  }
}
