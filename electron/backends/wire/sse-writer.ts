const NEWLINE = /\r\n|\r|\n/;

/**
 * Frames one JSON message as a server-sent event. JSON strings hold no raw line ends; white space between
 * tokens may, so each line becomes its own `data:` line (TRN-15).
 */
export function frameEvent(data: Buffer, id?: string): Buffer {
  const head = id === undefined ? 'event: message\ndata: ' : `event: message\nid: ${id}\ndata: `;
  const body =
    data.includes(0x0a) || data.includes(0x0d)
      ? Buffer.from(data.toString('utf8').split(NEWLINE).join('\ndata: '))
      : data;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\n\n')]);
}

/** Frames an event without a message: an id to come back to, the wait before that in ms, or both (2025-11-25). */
export function frameMark(id: string | undefined, retryMs: number | undefined): Buffer {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  const retryLine = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
  return Buffer.from(`${idLine}${retryLine}data: \n\n`);
}

/** A comment line that keeps an idle stream open. */
export const KEEP_ALIVE_COMMENT = Buffer.from(': keep-alive\n\n');
