import type { Lie } from './lies.ts';
import { type PlainBackend, type PlainBackendOptions, startPlainBackend } from './plain-http-backend.ts';

/** A backend that lies where it is told to and is honest elsewhere. */
export interface LyingBackend extends PlainBackend {
  /** Tells this lie from now on in answer to a JSON-RPC method, or to `GET` or `DELETE`. */
  lie(method: string, lie: Lie): void;
  /** Honest again, everywhere or for one method. */
  confess(method?: string): void;
}

/** Starts a backend that tells these lies, by method: `{ 'tools/call': lies.wrongId }`. */
export async function startLyingBackend(
  told: Record<string, Lie> = {},
  options: PlainBackendOptions = {},
): Promise<LyingBackend> {
  const active = new Map(Object.entries(told));
  const backend = await startPlainBackend({
    ...options,
    manners: {
      ...options.manners,
      takeOver: (request, response) => {
        const found = active.get(request.rpc?.method ?? request.httpMethod);
        found?.(response, request);
        return found !== undefined;
      },
    },
  });
  return {
    ...backend,
    lie: (method, lie) => void active.set(method, lie),
    confess: (method) => {
      if (method === undefined) active.clear();
      else active.delete(method);
    },
  };
}
