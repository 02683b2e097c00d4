/** One event of an event stream. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
  readonly id: string | undefined;
}

/** Reads an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html) in the pieces in which it comes. */
export class EventReader {
  private rest = '';

  read(piece: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const blocks = (this.rest + piece).replaceAll('\r\n', '\n').split('\n\n');
    this.rest = blocks.pop() as string;
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== undefined) events.push(event);
    }
    return events;
  }
}

/** `undefined` for comments and other blocks without data. */
function eventOf(block: string): StreamEvent | undefined {
  let [name, id] = ['message', undefined as string | undefined];
  const data: string[] = [];
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') name = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  return data.length === 0 ? undefined : { name, data: data.join('\n'), id };
}
