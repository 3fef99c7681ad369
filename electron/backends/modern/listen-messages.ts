import { z } from 'zod';
import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { memberRanges, splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { META } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';

export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';

/** Errors that stay as they are however often one asks: the backend does not listen, or not to this. */
export const REFUSALS: ReadonlySet<unknown> = new Set([RPC.methodNotFound, RPC.invalidParams]);

const listenFilter = z.looseObject({
  resourceSubscriptions: z.array(z.string()).optional(),
  taskIds: z.array(z.string()).optional(),
});

/** What a listening request asks for, or what its backend took of that. */
export type ListenFilter = z.infer<typeof listenFilter>;

/** A listening request without its envelope. */
export function listenText(idText: string, notifications: ListenFilter): Buffer {
  const params = JSON.stringify({ notifications });
  return Buffer.from(`{"jsonrpc":"2.0","id":${idText},"method":"subscriptions/listen","params":${params}}`);
}

/** What a backend says that it took; `undefined` where it says nothing that could be read. */
export function readAcknowledged(bytes: Buffer): ListenFilter | undefined {
  const parsed = listenFilter.safeParse(memberOf(memberOf(parse(bytes), 'params'), 'notifications'));
  return parsed.success ? parsed.data : undefined;
}

/** The JSON text of the id of the request that a cancellation takes down. */
export function cancelledId(notification: Buffer): string | undefined {
  return JSON.stringify(memberOf(memberOf(parse(notification), 'params'), 'requestId'));
}

/** The code of an answer that is an error; `undefined` for a result, null for an error without a code. */
export function errorCode(bytes: Buffer): unknown {
  const error = scanMessage(bytes).members.get('error');
  return error === undefined
    ? undefined
    : (memberOf(parse(bytes.subarray(error.start, error.end)), 'code') ?? null);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // Whatever was meant, it says nothing that could be read.
    return undefined;
  }
}

const WITHOUT_ID = new Map([[META.subscriptionId, undefined]]);

/** A listened notification without the id of our own listen request, which means nothing to the client. */
export function withoutSubscriptionId(bytes: Buffer): Buffer {
  const params = scanMessage(bytes).members.get('params');
  const meta = params === undefined ? undefined : memberRanges(bytes, params).get('_meta');
  if (params === undefined || meta === undefined || bytes[meta.start] !== 0x7b) return bytes;
  const kept = editMembers(bytes, meta, WITHOUT_ID);
  if (kept !== '{}') return Buffer.from(splice(bytes, [{ range: meta, text: kept }]));
  const text = editMembers(bytes, params, new Map([['_meta', undefined]]));
  return Buffer.from(splice(bytes, [{ range: params, text }]));
}
