import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A mail server on loopback that keeps what it takes. */
export interface SmtpSink {
  readonly port: number;
  readonly mails: readonly { readonly from: string; readonly to: readonly string[]; readonly data: string }[];
  /** Connections that are open. */
  readonly open: number;
}

/** What a sink does otherwise than take everything. */
export interface SmtpSinkOptions {
  /** The whole answer to `RCPT TO`, such as `550 no`. */
  readonly recipient?: string;
  /** Says nothing when a mail has come. */
  readonly hangs?: boolean;
}

/** Listens on a free port of 127.0.0.1, calls back, and is gone. */
export async function withSmtpSink(options: SmtpSinkOptions, body: (sink: SmtpSink) => Promise<unknown>): Promise<void> {
  const sockets = new Set<Socket>();
  const mails: SmtpSink['mails'][number][] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    converse(socket, options, mails);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await body({
      port: (server.address() as AddressInfo).port,
      mails,
      get open() {
        return sockets.size;
      },
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** As much of RFC 5321 as a client needs to hand over mails. */
function converse(socket: Socket, { recipient = '250 ok', hangs = false }: SmtpSinkOptions, mails: SmtpSink['mails'][number][]): void {
  let [text, from, isData] = ['', '', false];
  let to: string[] = [];
  const say = (line: string): unknown => socket.write(`${line}\r\n`);
  const end = (data: string): void => {
    mails.push({ from, to, data });
    [isData, to] = [false, []];
    if (!hangs) say('250 taken');
  };
  const answer = (line: string): unknown => {
    const address = /<(.*?)>/.exec(line)?.[1] ?? '';
    if (/^MAIL FROM:/i.test(line)) from = address;
    if (/^RCPT TO:/i.test(line)) to.push(address);
    if (/^DATA/i.test(line)) isData = true;
    if (/^QUIT/i.test(line)) return socket.end('221 bye\r\n');
    return say(isData ? '354 go on' : /^RCPT TO:/i.test(line) ? recipient : '250 ok');
  };
  say('220 sink ESMTP');
  socket.on('data', (part: Buffer) => {
    text += part.toString('utf8');
    for (;;) {
      const mark = isData ? '\r\n.\r\n' : '\r\n';
      const at = text.indexOf(mark);
      if (at < 0) return;
      const taken = text.slice(0, at);
      text = text.slice(at + mark.length);
      if (isData) end(taken);
      else answer(taken);
    }
  });
}
