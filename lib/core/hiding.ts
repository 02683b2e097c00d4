/** What hides secrets, as exporters use it. */
export interface Hiding {
  /** What a key says about its value. About 0.5 µs: callers cache per key. */
  verdict(key: string): 'plain' | 'secret' | 'session';
  /** A text without its secrets. Never throws. */
  text(value: string, key?: string): string;
  /** A session id, shortened. Never throws. */
  session(value: unknown): string;
  /** What stands for the value of a secret key. */
  readonly replacement: string;
}
