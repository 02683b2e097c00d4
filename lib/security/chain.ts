/** Hashes a text, taken as UTF-8, to 64 hexadecimal digits: SHA-256, or HMAC-SHA-256 with a key. */
export type ChainHash = (text: string) => string;

/** What a chained line says of its place. */
export interface ChainLink {
  /** Of the writer: 16 hexadecimal digits, drawn when it began. */
  readonly id: string;
  /** Of the line, from 1, by writer. */
  readonly seq: number;
  /** Hash of the writer's line before; of its first line: of the last line that was there. */
  readonly prev: string;
  readonly hash: string;
}

/** Chains the lines of one writer. */
export interface Chain {
  /** The line with its link as the last member. What is no line with one JSON object comes back as it is. */
  seal(line: string): string;
}

/** What stands before the first line of all. */
export const CHAIN_START: string = '0'.repeat(64);

const LINK = /(,?)"chain":\{"id":"([0-9a-f]{16})","seq":([1-9]\d{0,14}),"prev":"([0-9a-f]{64})","hash":"([0-9a-f]{64})"\}\}$/;
/** Longer than any link. */
const LINK_CHARS = 256;

/** What is hashed: what came before, the line's place, and the line. */
export const sealedText = (prev: string, id: string, seq: number, line: string): string => `${prev}\n${id}\n${seq}\n${line}`;

/**
 * Begins the chain of a writer: hash(n) = H(hash(n-1), id, n, line n), each part on a line of its own.
 *
 * @param prev - Hash of the last chained line that is there, or {@link CHAIN_START}; asked when the first line comes.
 */
export function createChain(id: string, prev: () => string, hash: ChainHash): Chain {
  let last: string | undefined;
  let seq = 0;
  return {
    seal(line) {
      const end = line.endsWith('\n') ? line.length - 1 : line.length;
      const body = line.slice(0, end);
      if (body.length < 2 || body[0] !== '{' || body[end - 1] !== '}' || body.includes('\n')) return line;
      last ??= prev();
      seq++;
      const own = hash(sealedText(last, id, seq, body));
      const link = `"chain":{"id":"${id}","seq":${seq},"prev":"${last}","hash":"${own}"}}`;
      last = own;
      return `${body.slice(0, -1)}${body.length === 2 ? '' : ','}${link}${line.slice(end)}`;
    },
  };
}

/**
 * Takes a chained line apart. There is one way only to write a line and its link, so that a line with any byte changed is
 * another line, another link, or not chained.
 *
 * @param line - Without its newline.
 */
export function unseal(line: string): { readonly link: ChainLink; readonly line: string } | undefined {
  const parts = LINK.exec(line.slice(-LINK_CHARS));
  if (parts === null) return undefined;
  const [all, comma, id, seq, prev, hash] = parts as unknown as [string, string, string, string, string, string];
  const body = line.slice(0, line.length - all.length);
  // An object without members has no comma, every other one has.
  if (body[0] !== '{' || (comma === '') !== (body === '{')) return undefined;
  return { link: { id, seq: Number(seq), prev, hash }, line: `${body}}` };
}
