import { idKey } from '../../../shared/json/id-key.ts';
import { memberAt } from '../../../shared/json/member-at.ts';
import { splice } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { InboundMessage } from '../../backends/transport.ts';

/** A backend's request that waits for the client's answer. */
export interface WaitingRequest {
  readonly backend: BackendSession;
  /** The id as the backend wrote it. */
  readonly originalId: string;
  readonly method: string;
  /** The token under which the client reports progress on it. */
  readonly tokenText?: string;
}

interface TokenOwner {
  readonly backend: BackendSession;
  readonly originalToken: string;
}

/** Requests from backends to one client: every backend counts from 0, so ids and tokens are made unique here. */
export interface ServerRequests {
  /** Registers a request; answers its bytes under the id that the client will see. */
  register(backend: BackendSession, message: InboundMessage): Buffer;
  /** The request behind a client's answer. An answer counts once (protocol.md hazard 1). */
  take(idText: string): WaitingRequest | undefined;
  /** Its backend gives a request up; answers the id that the client saw. An answer that comes now is nobody's. */
  withdraw(backend: BackendSession, originalId: string): string | undefined;
  /** Where a client's progress on a server request belongs. */
  progressOwner(tokenText: string): TokenOwner | undefined;
  waiting(backend: BackendSession): number;
  /** The conversation is over: its requests wait for nothing any more. Answers the ids that the client saw. */
  forget(backend: BackendSession): string[];
}

/** Server requests that may wait for one client's answers. */
export const MAX_WAITING = 128;

/** Makes the register of one client. It sets no limit: whoever registers looks at `waiting` first (`MAX_WAITING`). */
export function createServerRequests(): ServerRequests {
  const requests = new Map<string, WaitingRequest>();
  const tokens = new Map<string, TokenOwner>();
  let counter = 0;

  /** Keeps the type of the original: a number stays a number. */
  function uniqueText(original: string): string {
    counter++;
    return original.startsWith('"') ? JSON.stringify(`patchbay-${counter}`) : String(counter);
  }

  /** By any spelling: there are clients that read `7` and write `7.0`. */
  function take(idText: string): WaitingRequest | undefined {
    const key = idKey(idText);
    const found = requests.get(key);
    requests.delete(key);
    if (found?.tokenText !== undefined) tokens.delete(found.tokenText);
    return found;
  }

  return {
    register(backend, message) {
      const { bytes, method } = message;
      const originalId = message.idText as string;
      const idText = uniqueText(originalId);
      const scan = scanMessage(bytes);
      const edits = [{ range: scan.members.get('id') as Range, text: idText }];
      const token = progressTokenRange(bytes, scan.members.get('params'));
      if (token === undefined) requests.set(idText, { backend, originalId, method });
      else {
        const originalToken = bytes.toString('utf8', token.start, token.end);
        const tokenText = uniqueText(originalToken);
        requests.set(idText, { backend, originalId, method, tokenText });
        tokens.set(tokenText, { backend, originalToken });
        edits.push({ range: token, text: tokenText });
      }
      return Buffer.from(splice(bytes, edits));
    },
    take,
    withdraw(backend, originalId) {
      const key = idKey(originalId);
      const found = [...requests].find(
        ([, one]) => one.backend === backend && idKey(one.originalId) === key,
      )?.[0];
      if (found !== undefined) take(found);
      return found;
    },
    progressOwner: (tokenText) => tokens.get(idKey(tokenText)),
    waiting: (backend) => [...requests.values()].filter((one) => one.backend === backend).length,
    forget(backend) {
      const ids = [...requests].flatMap(([id, one]) => (one.backend === backend ? [id] : []));
      for (const id of ids) take(id);
      return ids;
    },
  };
}

function progressTokenRange(bytes: Buffer, params: Range | undefined): Range | undefined {
  return memberAt(bytes, memberAt(bytes, params, '_meta'), 'progressToken');
}
