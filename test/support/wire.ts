import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { HeaderLines } from './http-exchange.ts';

/** An HTTP/1.1 answer, read byte by byte from the socket. */
export interface WireResponse {
  readonly status: number;
  /** In order, spelling kept; latin1. */
  readonly headers: HeaderLines;
  readonly body: Buffer;
  /** The value of the first header of this name, in any casing. */
  header(name: string): string | undefined;
}

/** A raw TCP connection to an HTTP server, for bytes that no HTTP library would send. */
export interface Wire extends Disposable {
  readonly socket: Socket;
  /** Resolves when the kernel has taken the bytes. A string is latin1. */
  send(bytes: Buffer | string): Promise<void>;
  /** The next complete answer on this connection. Rejects when the peer ends before it is complete. */
  response(): Promise<WireResponse>;
  /** Resolves when the peer has closed or reset the connection. */
  readonly closed: Promise<void>;
  /** All bytes received and not yet taken by `response`. */
  pending(): Buffer;
}

/** The bytes of a request, exactly as said: nothing is added but the body's Content-Length where none is given. */
export function requestBytes(
  method: string,
  target: string,
  headers: HeaderLines,
  body?: string | Buffer,
): Buffer {
  const payload = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0));
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  if (body !== undefined && !framed) lines.push(`Content-Length: ${payload.length}`);
  const head = `${[`${method} ${target} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), payload]);
}

/** Connects to the host and port of a URL. */
export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80), noDelay: true });
  await once(socket, 'connect');
  let received = Buffer.alloc(0);
  let over = false;
  let wake = (): void => undefined;
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    const end = (): void => {
      over = true;
      wake();
      resolve();
    };
    // A reset is an end like any other here: what matters is what arrived before.
    socket.once('end', end).once('close', end).once('error', end);
  });
  const response = async (): Promise<WireResponse> => {
    for (;;) {
      const parsed = parseResponse(received, over);
      if (parsed) {
        received = received.subarray(parsed.taken);
        return parsed.response;
      }
      if (over) throw new Error(`the connection ended in the middle of an answer (${received.length} bytes)`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    socket,
    send: (bytes) =>
      new Promise((resolve, reject) => {
        const buffer = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
        socket.write(buffer, (error) => (error ? reject(error) : resolve()));
      }),
    response,
    closed,
    pending: () => received,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** The first complete answer in `bytes`, or undefined while some of it is still to come. */
export function parseResponse(
  bytes: Buffer,
  ended: boolean,
): { response: WireResponse; taken: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  const header = (name: string): string | undefined =>
    headers.find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
  const status = Number(statusLine.split(' ')[1]);
  const rest = bytes.subarray(headEnd + 4);
  const body = readBody(rest, status, header, ended);
  if (!body) return undefined;
  return { response: { status, headers, body: body.content, header }, taken: headEnd + 4 + body.taken };
}

interface Body {
  readonly content: Buffer;
  readonly taken: number;
}

/** RFC 9112 section 6.3: which bytes are the body, and whether they are all there. */
function readBody(
  rest: Buffer,
  status: number,
  header: (name: string) => string | undefined,
  ended: boolean,
): Body | undefined {
  if (status < 200 || status === 204 || status === 304) return { content: Buffer.alloc(0), taken: 0 };
  if (/chunked/i.test(header('transfer-encoding') ?? '')) return readChunked(rest);
  const length = header('content-length');
  if (length === undefined) return ended ? { content: rest, taken: rest.length } : undefined;
  const size = Number(length);
  return rest.length < size ? undefined : { content: rest.subarray(0, size), taken: size };
}

function readChunked(rest: Buffer): Body | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (rest.length < next) return undefined;
    if (size === 0) return { content: Buffer.concat(parts), taken: next };
    parts.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
