/** A place in a log file, wherever that is by now: rotation renames it. */
export interface Cursor {
  readonly dev: number;
  readonly ino: number;
  readonly offset: number;
}

const PARTS = /^(\d{1,20})\.(\d{1,20})\.(\d{1,15})$/;

export const cursorText = ({ dev, ino, offset }: Cursor): string => Buffer.from(`${dev}.${ino}.${offset}`).toString('base64url');

/** `undefined` for what is none. */
export function readCursor(text: string): Cursor | undefined {
  const [, dev, ino, offset] = PARTS.exec(Buffer.from(text, 'base64url').toString('latin1')) ?? [];
  return dev === undefined ? undefined : { dev: Number(dev), ino: Number(ino), offset: Number(offset) };
}
