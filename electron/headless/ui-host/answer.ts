import type { ServerResponse } from 'node:http';
import type { Failure } from '../../../shared/control/result.ts';
import { sendLast } from '../../gateway/edge/last-answer.ts';
import type { Refusal } from '../../gateway/edge/refusal.ts';

/**
 * The policy of threats.md 1.6; the page reaches its own origin and nothing else. No CORS header is ever sent, so no
 * other origin reads an answer.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

const EVERY_ANSWER = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

const JSON_TYPE = 'application/json';

/** Sends one complete answer. */
export function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const framing = { 'Content-Type': type, 'Content-Length': bytes.length };
  response.writeHead(status, { ...EVERY_ANSWER, ...framing, ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : bytes);
}

/** Sends JSON. */
export function sendValue(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, JSON_TYPE, JSON.stringify(value));
}

/** Turns a request away, as a tagged result that a window can show. The rest of a body is not read. */
export function turnAway(
  response: ServerResponse,
  { status, code, message, headers, closes }: Refusal,
): void {
  const error: Failure = { code, message };
  const body = Buffer.from(JSON.stringify({ ok: false, error }));
  if (closes === true)
    sendLast(response, status, { ...EVERY_ANSWER, 'Content-Type': JSON_TYPE, ...headers }, body);
  else send(response, status, JSON_TYPE, body, headers);
}

/** Begins an event stream. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { ...EVERY_ANSWER, 'Content-Type': 'text/event-stream' });
  response.write(': open\n\n');
}
