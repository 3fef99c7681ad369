/** A JSON-RPC message that a test backend received, with its id in the client's own spelling. */
export interface ReceivedMessage {
  readonly method?: string;
  /** The JSON text of the id, digits beyond 2^53 kept; absent for a notification. */
  readonly idText?: string;
  readonly params: Record<string, unknown>;
  readonly result?: unknown;
  readonly error?: unknown;
}

/** Reads one message. Answers undefined for what is no JSON object. */
export function readMessage(body: Buffer | string): ReceivedMessage | undefined {
  let idText: string | undefined;
  // The third argument (the source text) is younger than the library types.
  const keepId = function (
    this: object,
    key: string,
    value: unknown,
    context?: { source?: string },
  ): unknown {
    if (key === 'id' && 'jsonrpc' in this) idText = context?.source ?? JSON.stringify(value);
    return value;
  };
  try {
    const message: unknown = JSON.parse(body.toString(), keepId);
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return undefined;
    const { method, params, result, error } = message as Record<string, unknown>;
    return {
      ...(typeof method === 'string' ? { method } : {}),
      ...(idText === undefined ? {} : { idText }),
      params: (params ?? {}) as Record<string, unknown>,
      ...(result === undefined ? {} : { result }),
      ...(error === undefined ? {} : { error }),
    };
  } catch {
    return undefined;
  }
}

/** A result as a test gives it: an object, or the JSON text itself where the spelling matters. */
export type Result = object | string;

/** The text of an answer. */
export function answerText(idText: string, result: Result): string {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return `{"jsonrpc":"2.0","id":${idText},"result":${text}}`;
}

/** The text of an error answer. */
export function errorText(idText: string, error: { code: number; message: string; data?: unknown }): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify(error)}}`;
}

/** The text of a notification, or of a request when it has an id. */
export function messageText(method: string, params: unknown, id?: number | string): string {
  return JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), method, params });
}

/** Thrown by a handler to answer with this JSON-RPC error. */
export class RpcFailure extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
