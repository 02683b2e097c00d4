/** Writes parts of an event stream: https://html.spec.whatwg.org/multipage/server-sent-events.html */

const ENCODER = new TextEncoder();

/** What keeps a connection alive, and is no event. */
export const HEARTBEAT: Uint8Array = ENCODER.encode(':\n\n');

export const encode = (text: string): Uint8Array => ENCODER.encode(text);

/** One event. `data` is JSON, which has no line ends. */
export const eventText = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** An event for many: what all of them get is encoded once, what is said to each stands in front of it. */
export class Message {
  /** From the members of the data on that are the same for all. */
  readonly rest: Uint8Array;

  /**
   * @param version - Of the answer that a client has when it got this; `undefined` where it has the one it had.
   * @param members - JSON of an object without its opening brace.
   */
  constructor(
    private readonly event: 'full' | 'delta' | 'refused',
    readonly version: number | undefined,
    members: string,
  ) {
    this.rest = encode(`${members}\n\n`);
  }

  get bytes(): number {
    return this.rest.byteLength;
  }

  /** What stands in front of it. */
  headFor(index: number, id: string | undefined): Uint8Array {
    return encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${this.event}\ndata: {"w":${index},`);
  }
}

/** JSON of an object without its opening brace. */
export const membersOf = (object: Readonly<Record<string, unknown>>): string => JSON.stringify(object).slice(1);
