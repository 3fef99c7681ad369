/** One server-sent event; absent fields are undefined. */
export interface SseEvent {
  readonly event?: string;
  readonly id?: string;
  readonly data?: string;
  readonly retry?: string;
}

const BLANK_LINE = /\r\n\r\n|\n\n|\r\r/;

/**
 * A parser for an event stream as the HTML standard has it (section 9.2.6): bytes go in as they come, complete
 * events come out. Understands all three line ends; comments are left out.
 */
export function createSseParser(): (chunk: Buffer) => SseEvent[] {
  let waiting: Buffer[] = [];
  let lastBytes = '';
  return (chunk) => {
    waiting.push(chunk);
    // A blank line may straddle two chunks; looking at the seam only keeps a huge event linear.
    const seam = lastBytes + chunk.toString('latin1');
    lastBytes = seam.slice(-3);
    if (!BLANK_LINE.test(seam)) return [];
    const blocks = Buffer.concat(waiting).toString('latin1').split(BLANK_LINE);
    waiting = [Buffer.from(blocks.pop() ?? '', 'latin1')];
    return blocks.map((block) => parseBlock(Buffer.from(block, 'latin1').toString('utf8')));
  };
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
