/** Who waits until something is idle. Each can be forgotten, so that what is never idle keeps nobody for ever. */
export class Idlers {
  private readonly calls = new Set<{ readonly call: () => void }>();

  get size(): number {
    return this.calls.size;
  }

  /** @returns What forgets it. */
  add(call: () => void): () => void {
    const idler = { call };
    this.calls.add(idler);
    return () => void this.calls.delete(idler);
  }

  settle(): void {
    const calls = [...this.calls];
    this.calls.clear();
    for (const { call } of calls) call();
  }
}
