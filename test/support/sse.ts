/** One server-sent event; absent fields are undefined. */
export interface SseEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
  readonly retry?: string;
}

/**
 * A parser for an event stream as the HTML standard has it (section 9.2.6): bytes go in as they come, complete
 * events come out. Understands all three line ends; comments are left out.
 */
export function createSseParser(): (chunk: Buffer) => SseEvent[] {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    const { blocks, tail } = splitBlocks(Buffer.concat([rest, chunk]).toString('latin1'));
    rest = Buffer.from(tail, 'latin1');
    return blocks.map((block) => parseBlock(Buffer.from(block, 'latin1').toString('utf8')));
  };
}

/** Cuts at blank lines. Works on latin1 so that a character that is split between chunks survives. */
function splitBlocks(text: string): { blocks: string[]; tail: string } {
  const parts = text.split(/(?:\r\n\r\n|\n\n|\r\r)/);
  const tail = parts.pop() ?? '';
  return { blocks: parts, tail };
}

function parseBlock(block: string): SseEvent {
  const event: { event?: string; id?: string; data?: string; retry?: string } = {};
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    else if (field === 'event' || field === 'id' || field === 'retry') event[field] = value;
  }
  return event;
}
