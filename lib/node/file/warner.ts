import type { Warning } from '../../core/warning';
import type { Later } from './later';

/** Codes there can be; what a file system makes up beyond counts as one. */
const MOST = 64;
const PERIOD_MS = 10_000;

/** Says what goes wrong with a sink, each code at most once in 10 s, with how often it was left unsaid. */
export class Warner {
  private readonly name: string;
  private readonly tell: ((warning: Warning) => void) | undefined;
  private readonly later: Later;
  private readonly said = new Map<string, { at: number; unsaid: number }>();

  constructor(name: string, tell: ((warning: Warning) => void) | undefined, later: Later) {
    this.later = later;
    this.name = name;
    this.tell = tell;
  }

  warn(code: Warning['code'], about: string, text: string): void {
    const { tell } = this;
    if (tell === undefined) return;
    const now = performance.now();
    const key = this.said.has(`${code} ${about}`) || this.said.size < MOST ? `${code} ${about}` : code;
    const last = this.said.get(key);
    if (last !== undefined && now - last.at < PERIOD_MS) {
      last.unsaid++;
      return;
    }
    const again = last !== undefined && last.unsaid > 0 ? ` (and ${last.unsaid} times more since the last warning)` : '';
    this.said.set(key, { at: now, unsaid: 0 });
    this.later.add(() => {
      try {
        tell({ code, message: `Log ${this.name}: ${text}${again}` });
      } catch {
        // There is nobody left to tell.
      }
    });
  }
}
