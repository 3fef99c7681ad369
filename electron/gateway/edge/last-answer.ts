import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How long the rest of a refused request is read and thrown away, in ms. */
const LINGER_MS = 500;

const leaving = new WeakSet<Socket>();

/** Whether this connection has had its last answer: what still comes on it must not be handled (RFC 9112, 9.6). */
export function isLeaving(socket: Socket): boolean {
  return leaving.has(socket);
}

/**
 * Sends one complete answer and ends the connection. Closed at once, while bytes of the request lie unread, it would be
 * reset, and the client would lose the very answer that says why: so the rest is thrown away for a moment
 * (RFC 9112, 9.6).
 */
export function sendLast(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Buffer,
): void {
  if (response.headersSent || response.destroyed) return;
  const { req: request } = response;
  leaving.add(request.socket);
  response.shouldKeepAlive = false;
  response.writeHead(status, { ...headers, 'Content-Length': body.length });
  const end = (): void => {
    clearTimeout(timer);
    request.off('end', end).off('close', end);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  response.write(body);
  if (request.readableEnded) end();
  else request.on('end', end).on('close', end).resume();
}
