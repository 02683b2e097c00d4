/** A client that writes what it is told on a socket, and reads answers as they stand on the wire. */
import { connect, type Socket } from 'node:net';
import { until } from './recording';

interface RawAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without the frames of chunks. */
  readonly body: Buffer;
}

export interface RawClient {
  write(text: string | Uint8Array): void;
  /** All that came so far. */
  received(): Buffer;
  /** The next complete answer; an answer to HEAD has no body whatever its length says. */
  answer(options?: { readonly isHead?: boolean }): Promise<RawAnswer>;
  /** Waits for a text. */
  seen(text: string): Promise<void>;
  /** The other end closed the connection. */
  isClosed(): boolean;
  /** Ends it at once, as a client that leaves. */
  destroy(): void;
}

export async function rawClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let bytes: Buffer = Buffer.alloc(0);
  let isClosed = false;
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
  });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.setNoDelay(true);
  const shown = (): string => JSON.stringify(bytes.toString('latin1').slice(0, 2000));
  return {
    write: (text) => void socket.write(text),
    received: () => bytes,
    async answer({ isHead = false } = {}) {
      let found = parse(bytes, isHead, isClosed);
      await until(() => (found ??= parse(bytes, isHead, isClosed)) !== undefined, 'an answer', shown);
      bytes = bytes.subarray(found!.length);
      return found!.answer;
    },
    seen: (text) => until(() => bytes.includes(text), text, shown),
    isClosed: () => isClosed,
    destroy: () => void socket.destroy(),
  };
}

const HEAD_END = '\r\n\r\n';

/** @returns `undefined` while it is not complete. */
function parse(bytes: Buffer, isHead: boolean, isClosed: boolean): { readonly answer: RawAnswer; readonly length: number } | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd === -1) return undefined;
  const [line = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const status = Number(line.split(' ')[1]);
  const headers = Object.fromEntries(
    lines.map((header) => [header.slice(0, header.indexOf(':')).toLowerCase(), header.slice(header.indexOf(':') + 1).trim()]),
  );
  const begin = headEnd + HEAD_END.length;
  const none = { answer: { status, headers, body: Buffer.alloc(0) }, length: begin };
  if (isHead || status < 200 || status === 204 || status === 304) return none;
  if (headers['transfer-encoding'] === 'chunked') {
    const chunks = unchunk(bytes, begin);
    return chunks && { answer: { status, headers, body: chunks.body }, length: chunks.end };
  }
  const declared = headers['content-length'];
  if (declared === undefined)
    return isClosed ? { answer: { status, headers, body: bytes.subarray(begin) }, length: bytes.length } : undefined;
  const end = begin + Number(declared);
  return bytes.length < end ? undefined : { answer: { status, headers, body: bytes.subarray(begin, end) }, length: end };
}

function unchunk(bytes: Buffer, from: number): { readonly body: Buffer; readonly end: number } | undefined {
  const chunks: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    const begin = lineEnd + 2;
    if (bytes.length < begin + size + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), end: begin + 2 };
    chunks.push(bytes.subarray(begin, begin + size));
    at = begin + size + 2;
  }
}
