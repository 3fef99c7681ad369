import { scanMessage } from '../../shared/json/scan.ts';

/** What is needed to open the session again after the gateway was restarted. */
export interface RememberedSession {
  /** The client's own `initialize`, sent again under an id of ours. */
  initialize: Buffer | undefined;
  sessionId: string | undefined;
  protocolVersion: string | undefined;
}

/** The id of the bridge's own repeated `initialize`; no client's id begins like this. */
const REOPEN_ID = '"patchbay-bridge-reopen"';

/** The remembered `initialize` under the bridge's id. */
export function reopenMessage(initialize: Buffer): Buffer {
  const id = scanMessage(initialize).members.get('id');
  if (id === undefined) return initialize;
  return Buffer.concat([
    initialize.subarray(0, id.start),
    Buffer.from(REOPEN_ID),
    initialize.subarray(id.end),
  ]);
}

/** The version that an `initialize` answer settled on. */
export function negotiatedVersion(answer: Buffer): string | undefined {
  try {
    const message = JSON.parse(answer.toString('utf8')) as { result?: { protocolVersion?: unknown } };
    const version = message.result?.protocolVersion;
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}
