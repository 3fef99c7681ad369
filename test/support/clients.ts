import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** How a foreign client connects. A handler given here also declares its capability. */
export interface ConnectOptions {
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly capabilities?: Record<string, unknown>;
  readonly clientInfo?: { readonly name: string; readonly version: string };
  /** Answers `elicitation/create` with this text under `answer`. */
  readonly onElicit?: (message: string) => string;
  /** Answers `sampling/createMessage` with this text. */
  readonly onSample?: (prompt: string) => string;
  readonly roots?: readonly { readonly uri: string; readonly name?: string }[];
}

/** A connected client; its disposal ends the session with DELETE, then the connection. */
export interface Connected<C, T> extends AsyncDisposable {
  readonly client: C;
  readonly transport: T;
  close(): Promise<void>;
}

/** Connects the client of SDK 1.x over Streamable HTTP. */
export async function connectV1(
  url: string,
  options: ConnectOptions = {},
): Promise<Connected<ClientV1, TransportV1>> {
  const client = new ClientV1(infoOf(options), { capabilities: capabilitiesOf(options) });
  const { onElicit, onSample, roots } = options;
  if (onElicit)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => accepted(onElicit(params.message)));
  if (onSample) {
    client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => sampled(onSample, params.messages));
  }
  if (roots) client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [...roots] }));
  const transport = new TransportV1(new URL(url), { requestInit: { headers: headersOf(options) } });
  // The library's own class misses its own interface under exactOptionalPropertyTypes.
  await client.connect(transport as Transport);
  return connected(client, transport);
}

/** Connects the client of SDK 2.x; `mode` is how it finds the era, legacy by default. */
export async function connectV2(
  url: string,
  options: ConnectOptions & { readonly mode?: 'legacy' | 'auto' | { pin: string } } = {},
): Promise<Connected<ClientV2, TransportV2>> {
  const client = new ClientV2(infoOf(options), {
    capabilities: capabilitiesOf(options),
    versionNegotiation: { mode: options.mode ?? 'legacy' },
  });
  const { onElicit, onSample, roots } = options;
  if (onElicit)
    client.setRequestHandler('elicitation/create', ({ params }) => accepted(onElicit(params.message)));
  if (onSample) {
    client.setRequestHandler('sampling/createMessage', ({ params }) => sampled(onSample, params.messages));
  }
  if (roots) client.setRequestHandler('roots/list', () => ({ roots: [...roots] }));
  const transport = new TransportV2(new URL(url), { requestInit: { headers: headersOf(options) } });
  await client.connect(transport);
  return connected(client, transport);
}

function connected<C extends { close(): Promise<void> }, T extends { terminateSession(): Promise<void> }>(
  client: C,
  transport: T,
): Connected<C, T> {
  const close = async (): Promise<void> => {
    try {
      await transport.terminateSession();
    } finally {
      await client.close();
    }
  };
  return { client, transport, close, [Symbol.asyncDispose]: close };
}

function infoOf({ clientInfo }: ConnectOptions): { name: string; version: string } {
  return clientInfo ?? { name: 'test-client', version: '1.0.0' };
}

function capabilitiesOf({ capabilities, onElicit, onSample, roots }: ConnectOptions): Record<string, object> {
  return {
    ...(onElicit ? { elicitation: { form: {} } } : {}),
    ...(onSample ? { sampling: {} } : {}),
    ...(roots ? { roots: { listChanged: true } } : {}),
    ...(capabilities as Record<string, object> | undefined),
  };
}

function headersOf({ token, headers }: ConnectOptions): Record<string, string> {
  return { ...headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
}

function accepted(answer: string) {
  return { action: 'accept' as const, content: { answer } };
}

function sampled(onSample: (prompt: string) => string, messages: readonly { content: unknown }[]) {
  const content = messages[0]?.content as { text?: string } | undefined;
  const text = onSample(content?.text ?? '');
  return { role: 'assistant' as const, model: 'test-model', content: { type: 'text' as const, text } };
}
