import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerCall } from '../../../shared/control/answer-call.ts';
import type { Control } from '../../app/control/create-control-api.ts';
import { bodyTooLarge, pathOf } from '../../gateway/edge/admission.ts';
import { readBody } from '../../gateway/edge/body.ts';
import { type EdgeFields, readEdgeFields } from '../../gateway/edge/fields.ts';
import { isLeaving } from '../../gateway/edge/last-answer.ts';
import { openLoopbackServer } from '../../gateway/edge/loopback-server.ts';
import { type Refusal, refusal } from '../../gateway/edge/refusal.ts';
import type { Log } from '../../log/log.ts';
import { admitWindow, type WindowRoute, windowRoute } from './admit-window.ts';
import { send, sendValue, turnAway } from './answer.ts';
import { createEventStreams, type EventStreams } from './event-streams.ts';
import { listWindowFiles, type WindowFile } from './window-files.ts';
import { createWindowTokens, type WindowTokens } from './window-tokens.ts';

export interface UiHostOptions {
  readonly control: Control;
  /** The built window. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly log: Log;
}

/** A window over HTTP, for as long as it is not disposed of. */
export interface UiHost extends AsyncDisposable {
  /** To be opened in a browser of this machine; the token in its fragment opens everything. */
  readonly address: string;
  readonly port: number;
}

interface Serving {
  readonly control: Control;
  readonly log: Log;
  readonly port: number;
  readonly files: ReadonlyMap<string, WindowFile>;
  readonly tokens: WindowTokens;
  readonly streams: EventStreams;
}

/** A call may bring this much: what the contract takes, with room for its spelling as JSON. */
const MAX_CALL_BYTES = 16 * 1024 * 1024;
const MAX_EXCHANGE_BYTES = 4 * 1024;

/**
 * Serves the built window and the contract on a second loopback listener with tokens of its own (architecture.md).
 * Rejects with the system's error for a taken port or a window that is not built. The caller closes `control`.
 */
export async function startUiHost({ control, folder, port, log }: UiHostOptions): Promise<UiHost> {
  const files = await listWindowFiles(folder);
  const { server, port: bound, authority } = await openLoopbackServer(port, '127.0.0.1');
  const tokens = createWindowTokens();
  const streams = createEventStreams(control);
  const serving: Serving = { control, log, port: bound, files, tokens, streams };
  server.on('request', (request, response) => handle(serving, request, response));
  return {
    address: `http://${authority}/#token=${tokens.fragment}`,
    port: bound,
    async [Symbol.asyncDispose]() {
      streams[Symbol.dispose]();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function handle(serving: Serving, request: IncomingMessage, response: ServerResponse): void {
  if (isLeaving(request.socket)) return;
  const fields = readEdgeFields(request.rawHeaders);
  const target = request.url ?? '';
  const route = windowRoute(request.method ?? '', pathOf(target));
  const refused = admitWindow(target, fields, serving.port, route) ?? authorise(serving, route, fields);
  if (refused !== undefined) {
    serving.log.warn('a request to the window was refused', { code: refused.code, status: refused.status });
    turnAway(response, refused);
    return;
  }
  if ('status' in route) return;
  if (route.kind === 'file') void sendFile(serving, route.path, response);
  else if (route.kind === 'events') openStream(serving, response);
  else takeBody(serving, route, fields, request, response);
}

/** Files hold nothing of the user's; everything else asks for a token that was given out. */
function authorise(
  { tokens }: Serving,
  route: WindowRoute | Refusal,
  { authorization }: EdgeFields,
): Refusal | undefined {
  if ('status' in route || route.kind === 'file' || route.kind === 'exchange') return undefined;
  if (tokens.admits(authorization)) return undefined;
  const text = 'This window is not signed in. Open the address that patchbay printed.';
  return refusal(401, authorization === undefined ? 'auth.missing' : 'auth.invalid', text, { closes: true });
}

function takeBody(
  serving: Serving,
  route: Extract<WindowRoute, { kind: 'exchange' | 'call' }>,
  { contentLength }: EdgeFields,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const limit = route.kind === 'call' ? MAX_CALL_BYTES : MAX_EXCHANGE_BYTES;
  const refuse = (refused: Refusal): void => turnAway(response, refused);
  if (contentLength !== undefined && Number(contentLength) > limit) {
    refuse(bodyTooLarge(limit));
    return;
  }
  const take = (bytes: Buffer): void => {
    const input = parsed(bytes);
    if (input === NOT_JSON) refuse(refusal(400, 'request.parse', 'The body is not JSON.'));
    else if (route.kind === 'exchange') exchange(serving, input, response);
    else void call(serving, route.name, input, response);
  };
  readBody(request, take, refuse, limit);
}

const NOT_JSON = Symbol('not JSON');

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return NOT_JSON;
  }
}

function exchange({ tokens, log }: Serving, input: unknown, response: ServerResponse): void {
  const presented = typeof input === 'object' && input !== null && 'token' in input ? input.token : undefined;
  const token = typeof presented === 'string' ? tokens.exchange(presented) : undefined;
  if (token !== undefined) {
    log.info('a window was signed in');
    sendValue(response, 200, { token });
    return;
  }
  const text = 'This address belongs to another run. Open the one that patchbay printed last.';
  turnAway(response, refusal(401, 'auth.invalid', text));
}

async function call(
  { control, log }: Serving,
  name: string,
  input: unknown,
  response: ServerResponse,
): Promise<void> {
  // It never rejects: a defect is a tagged result, too.
  const answer = await answerCall(control.api, name, input, (failed, thrown) =>
    log.error('a call failed', {
      call: failed,
      error: thrown instanceof Error ? thrown.name : typeof thrown,
    }),
  );
  const isUnknown = !answer.ok && answer.error.code === 'control.unknown-call';
  sendValue(response, isUnknown ? 404 : 200, answer);
}

function openStream({ streams }: Serving, response: ServerResponse): void {
  if (streams.attach(response)) return;
  turnAway(response, refusal(503, 'gateway.overloaded', 'As many windows as are allowed are open.'));
}

async function sendFile({ files }: Serving, path: string, response: ServerResponse): Promise<void> {
  const file = files.get(path);
  if (file === undefined) {
    turnAway(response, refusal(404, 'request.path', 'There is nothing here.'));
    return;
  }
  try {
    send(response, 200, file.type, await file.read());
  } catch {
    // It was there when the host started: somebody is building the window anew.
    turnAway(response, refusal(503, 'request.path', 'This file cannot be read just now.'));
  }
}
