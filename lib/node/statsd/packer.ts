import type { Line } from './line';
import { MIN_DATAGRAM_BYTES } from './options';

/** Lines that travel together. */
export interface Datagram {
  readonly lines: readonly Line[];
  readonly bytes: number;
}

/** How large datagrams may be. Falls when the system refuses a size, and stays there. */
export class SizeLimit {
  constructor(public bytes: number) {}

  /**
   * Halves the limit after a datagram was refused for its size. One that was packed under an earlier, larger limit says
   * nothing about the present one.
   *
   * @returns Whether there is any hope.
   */
  lower(refused: number): boolean {
    if (refused > this.bytes) return true;
    if (refused <= MIN_DATAGRAM_BYTES) return false;
    this.bytes = Math.max(MIN_DATAGRAM_BYTES, refused >> 1);
    return true;
  }
}

/** Fills datagrams with lines, each up to the limit. A line is never split. */
export class Packer {
  private lines: Line[] = [];
  private bytes = 0;

  constructor(
    private readonly limit: SizeLimit,
    private readonly onTooLong: (lines: number) => void,
  ) {}

  /** @returns The datagram that has no room for the line. */
  add(line: Line): Datagram | undefined {
    if (line.bytes > this.limit.bytes) {
      this.onTooLong(line.count);
      return undefined;
    }
    const isFull = this.lines.length > 0 && this.bytes + 1 + line.bytes > this.limit.bytes;
    const full = isFull ? this.take() : undefined;
    this.bytes += line.bytes + (this.lines.length > 0 ? 1 : 0);
    this.lines.push(line);
    return full;
  }

  /** What there is, if anything. */
  take(): Datagram | undefined {
    if (this.lines.length === 0) return undefined;
    const datagram = { lines: this.lines, bytes: this.bytes };
    this.lines = [];
    this.bytes = 0;
    return datagram;
  }
}

export const textOf = ({ lines }: Datagram): string => lines.map(({ text }) => text).join('\n');
