import { fdatasyncSync, writeSync } from 'node:fs';
import type { LogFile } from './log-file';
import type { Warner } from './warner';

/** A line that takes longer makes a synchronous sink batched for a while, in ms. */
const STALL_MS = 50;
const COOL_DOWN_MS = 30_000;
const LONGEST_COOL_DOWN_MS = 300_000;

/** Lines are encoded here. */
const scratch = Buffer.allocUnsafeSlow(65_536);

/** Writes a line before anything else is done, as long as that does not take long. */
export class DirectWrite {
  /** How often it was switched off. */
  demotions = 0;
  /** Of the last line, and how many of them are in the file. */
  bytes = 0;
  done = 0;
  private readonly file: LogFile;
  private readonly fsync: boolean;
  private readonly warner: Warner;
  private offUntil = 0;
  private coolDownMs = COOL_DOWN_MS;

  constructor(file: LogFile, { fsync, warner }: { readonly fsync: boolean; readonly warner: Warner }) {
    this.file = file;
    this.fsync = fsync;
    this.warner = warner;
  }

  isOn(now: number): boolean {
    return now >= this.offUntil;
  }

  /** @throws what the system says; `done` tells how far it came. */
  write(line: string, period: number, now: number): void {
    const { file } = this;
    const isShort = line.length * 3 <= scratch.length;
    const buffer = isShort ? scratch : Buffer.from(line);
    const bytes = isShort ? scratch.write(line, 0) : buffer.length;
    this.bytes = bytes;
    this.done = 0;
    file.prepare(bytes, period, now);
    file.beginLine();
    while (this.done < bytes) this.done += writeSync(file.fd, buffer, this.done, bytes - this.done);
    if (this.fsync) fdatasyncSync(file.fd);
  }

  /** Switches it off after a line that took long: the program must not wait with the disk. */
  mindTime(began: number): void {
    const now = performance.now();
    if (now - began <= STALL_MS) return;
    this.offUntil = now + this.coolDownMs;
    this.coolDownMs = Math.min(2 * this.coolDownMs, LONGEST_COOL_DOWN_MS);
    this.demotions++;
    const text = `writing a line took ${Math.round(now - began)} ms; for a while lines are written in the background.`;
    this.warner.warn('SINK_STALLED', 'line', text);
  }
}
