/** A timer that can be started again and again, and never keeps the process alive. */
export class Timer {
  private readonly callback: () => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(callback: () => void) {
    this.callback = callback;
  }

  /** Has no effect while it runs. */
  start(ms: number): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.callback();
    }, ms);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
