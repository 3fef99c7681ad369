import type { ServerResponse } from 'node:http';
import { sendLast } from './last-answer.ts';
import type { Refusal } from './refusal.ts';

/** Headers of every answer: no sniffing, no caching, no CORS (threats.md 5.3). */
const SECURITY = { 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' } as const;

const JSON_TYPE = 'application/json';

/** Sends one complete JSON-RPC message. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: Buffer | string,
  headers?: Readonly<Record<string, string>>,
): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  response.writeHead(status, {
    'Content-Type': JSON_TYPE,
    'Content-Length': bytes.length,
    ...SECURITY,
    ...headers,
  });
  // Node writes a header section and a string in one piece, but a header section and a buffer in two. Latin-1 gives
  // every byte back as it was.
  if (bytes.length <= ONE_PIECE_BYTES) response.end(bytes.toString('latin1'), 'latin1');
  else response.end(bytes);
}

/**
 * Sends one JSON-RPC message whose large part lies ready: it is neither joined with the rest nor copied, which for a
 * list of some hundred tools is most of the work.
 */
export function sendJsonAround(
  response: ServerResponse,
  before: string,
  middle: Buffer,
  after: string,
): void {
  if (response.headersSent || response.destroyed) return;
  const [head, tail] = [Buffer.from(before), Buffer.from(after)];
  const length = head.length + middle.length + tail.length;
  response.writeHead(200, { 'Content-Type': JSON_TYPE, 'Content-Length': length, ...SECURITY });
  response.cork();
  response.write(head);
  response.write(middle);
  response.end(tail);
}

/** Answers up to this size go out together with their header section. */
const ONE_PIECE_BYTES = 16 * 1024;

/** Begins a JSON answer; with its length, where that is known, so that it needs no chunks. */
export function beginJson(response: ServerResponse, length: number | undefined): void {
  const size = length === undefined ? {} : { 'Content-Length': length };
  response.writeHead(200, { 'Content-Type': JSON_TYPE, ...size, ...SECURITY });
}

/** Begins an event stream. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache, no-transform',
    // Tells a buffering proxy between us and the client to pass events on at once.
    'X-Accel-Buffering': 'no',
  });
}

/** Answers 202: the message was taken. */
export function sendAccepted(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(202, SECURITY);
  response.end();
}

/** The JSON text of an error answer. Without an id where the message was not read (threats.md section 3). */
export function errorText(
  idText: string | undefined,
  rpcCode: number,
  message: string,
  code?: string,
): string {
  const id = idText === undefined ? '' : `"id":${idText},`;
  const data = code === undefined ? '' : `,"data":{"code":${JSON.stringify(code)}}`;
  return `{"jsonrpc":"2.0",${id}"error":{"code":${rpcCode},"message":${JSON.stringify(message)}${data}}}`;
}

/** The JSON text of a result whose own text is given. */
export function resultText(idText: string, result: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"result":${result}}`;
}

/** Turns a request away. Where the rest of it must not be read, the connection ends with the answer (suite F28). */
export function sendRefusal(response: ServerResponse, refused: Refusal): void {
  const { status, headers } = refused;
  const body = errorText(refused.idText, refused.rpcCode, refused.message, refused.code);
  if (refused.closes === true)
    sendLast(response, status, { 'Content-Type': JSON_TYPE, ...SECURITY, ...headers }, Buffer.from(body));
  else sendJson(response, status, body, headers);
}
