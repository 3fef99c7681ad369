import { createPieces, type Pieces } from './pieces.ts';

/** One server-sent event as it came, fields joined per the HTML standard (9.2.6). */
export interface ServerSentEvent {
  readonly data: Buffer | undefined;
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly retry: number | undefined;
}

/** Takes the data of one large event while it arrives, lines joined by LF. */
export interface EventFlow {
  data(chunk: Buffer): void;
  /** The event is over and whole. */
  end(): void;
}

/** Asked once for an event whose data grew large: where they shall flow, or nothing where they are to be held. */
export type OpenFlow = (first: Buffer, id: string | undefined) => EventFlow | undefined;

export interface SseSplitter {
  /** Feeds bytes; answers false once an event grew over the limit, after which nothing is emitted. */
  push(chunk: Buffer): boolean;
}

/** An id that can be sent back in a header; others, and longer ones, are nobody's to come back to. */
export const EVENT_ID = /^(?=.{1,1024}$)[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const NEWLINE = Buffer.from('\n');
const DATA_FIELD = Buffer.from('data:');
/** An event of more may flow. */
const HELD_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

interface Draft {
  /** Its data where it has one line of them, as nearly all have. */
  line: Buffer | undefined;
  /** All lines where it has more. */
  lines: Pieces | undefined;
  /** Of the data, their line ends included. */
  bytes: number;
  event: string | undefined;
  id: string | undefined;
  retry: number | undefined;
  mayFlow: boolean;
  flow: EventFlow | undefined;
}

const emptyDraft = (): Draft => ({
  line: undefined,
  lines: undefined,
  bytes: 0,
  event: undefined,
  id: undefined,
  retry: undefined,
  mayFlow: true,
  flow: undefined,
});

/**
 * Splits a byte stream into events: LF, CRLF and CR ends, comments, a leading BOM, data over several lines.
 * Works on buffers: string concatenation alone made a 1 MB answer three times slower (protocol.md section 3). An event
 * is emitted once it is whole, unless `openFlow` takes its data as they come.
 */
export function createSseSplitter(
  maxEventBytes: number,
  emit: (event: ServerSentEvent) => void,
  openFlow?: OpenFlow,
): SseSplitter {
  let draft = emptyDraft();
  let partial: Pieces | undefined;
  let partialBytes = 0;
  let skipLf = false;
  let atStart = true;
  let tooLarge = false;
  let inFlow = false;

  function flowOn(chunk: Buffer): void {
    draft.bytes += chunk.length;
    draft.flow?.data(chunk);
  }

  /** Only an event that begins with its data and has them in one line so far, as servers write it. */
  function beginFlow(): void {
    draft.mayFlow = false;
    if (partial === undefined) return;
    const line = partial.take();
    partial.add(line);
    if (!line.subarray(0, DATA_FIELD.length).equals(DATA_FIELD)) return;
    const first = fieldValue(line, DATA_FIELD.length - 1);
    draft.flow = openFlow?.(first, draft.id);
    if (draft.flow === undefined) return;
    inFlow = true;
    partial.take();
    partialBytes = 0;
    flowOn(first);
  }

  function endLine(tail: Buffer): void {
    if (inFlow) {
      inFlow = false;
      flowOn(tail);
      return;
    }
    let line = tail;
    if (partial !== undefined && partialBytes > 0) {
      partial.add(tail);
      line = partial.take();
      partialBytes = 0;
    }
    if (atStart) {
      atStart = false;
      if (line.subarray(0, 3).equals(BYTE_ORDER_MARK)) line = line.subarray(3);
    }
    if (line.length > 0) readField(draft, line);
    else {
      const done = draft;
      draft = emptyDraft();
      if (done.flow !== undefined) done.flow.end();
      else if (done.line !== undefined || done.id !== undefined || done.retry !== undefined)
        emit(finish(done));
    }
  }

  return {
    push(chunk) {
      let from = 0;
      if (skipLf && chunk[0] === LF) from = 1;
      if (chunk.length > 0) skipLf = false;
      let cr = chunk.indexOf(CR, from);
      while (!tooLarge) {
        const lf = chunk.indexOf(LF, from);
        if (cr !== -1 && cr < from) cr = chunk.indexOf(CR, from);
        const end = lf === -1 ? cr : cr === -1 ? lf : Math.min(lf, cr);
        if (end === -1) break;
        endLine(chunk.subarray(from, end));
        from = end + 1;
        if (end === cr) {
          if (chunk[from] === LF) from++;
          else if (from === chunk.length) skipLf = true;
        }
      }
      if (from < chunk.length) {
        if (inFlow) flowOn(chunk.subarray(from));
        else {
          partial ??= createPieces();
          partial.add(chunk.subarray(from));
          partialBytes += chunk.length - from;
          if (partialBytes > HELD_BYTES && draft.mayFlow && draft.line === undefined) beginFlow();
        }
      }
      if (partialBytes + draft.bytes > maxEventBytes) tooLarge = true;
      return !tooLarge;
    },
  };
}

function readField(draft: Draft, line: Buffer): void {
  const colon = line.indexOf(COLON);
  if (colon === 0) return;
  const name = (colon === -1 ? line : line.subarray(0, colon)).toString('latin1');
  const value = fieldValue(line, colon);
  if (name === 'data') {
    if (draft.flow !== undefined) draft.flow.data(Buffer.concat([NEWLINE, value]));
    else if (draft.line === undefined) draft.line = value;
    else {
      draft.lines ??= piecesOf(draft.line);
      draft.lines.add(NEWLINE);
      draft.lines.add(value);
    }
    draft.bytes += value.length + 1;
  } else if (name === 'event') draft.event = value.toString('utf8');
  else if (name === 'id') {
    if (EVENT_ID.test(value.toString('latin1'))) draft.id = value.toString('latin1');
  } else if (name === 'retry' && /^\d{1,9}$/.test(value.toString('latin1'))) {
    draft.retry = Number(value.toString('latin1'));
  }
}

/** What follows the colon, and one blank after it. */
function fieldValue(line: Buffer, colon: number): Buffer {
  return line.subarray(colon === -1 ? line.length : line[colon + 1] === 0x20 ? colon + 2 : colon + 1);
}

function piecesOf(first: Buffer): Pieces {
  const pieces = createPieces();
  pieces.add(first);
  return pieces;
}

function finish(draft: Draft): ServerSentEvent {
  return {
    data: draft.lines?.take() ?? draft.line,
    event: draft.event,
    id: draft.id,
    retry: draft.retry,
  };
}
