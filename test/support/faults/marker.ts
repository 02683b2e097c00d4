/** How a program says which lines it handed over: eight bytes per stream in a file that outlives it. */
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Returns what notes a number, in one system call: a kill can't come between its bytes. */
export function openMarker(path: string): (stream: number, number: number) => void {
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(8);
  return (stream, number) => {
    bytes.writeDoubleLE(number);
    writeSync(file, bytes, 0, 8, stream * 8);
  };
}

/** The last number that was noted for a stream; 0: none. */
export function readMarker(path: string, stream = 0): number {
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  return bytes.length >= stream * 8 + 8 ? bytes.readDoubleLE(stream * 8) : 0;
}
