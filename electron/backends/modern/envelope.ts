import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberRanges, splice } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { META, MODERN_VERSION, TASKS_EXTENSION } from '../../../shared/mcp/modern.ts';
import type { ClientHello } from '../handshake.ts';

const OPEN_BRACE = 0x7b;

/** The members that every modern request carries in `_meta`, as JSON text: the client's own words (hazard 14). */
export function envelopeMembers(client: ClientHello, logLevel: string | undefined): string {
  const level = logLevel === undefined ? '' : `,"${META.logLevel}":${JSON.stringify(logLevel)}`;
  return (
    `"${META.protocolVersion}":"${MODERN_VERSION}","${META.clientInfo}":${client.clientInfoText},` +
    `"${META.clientCapabilities}":${client.capabilitiesText}${level}`
  );
}

/**
 * What a client with a session can, as a modern backend is told: all but tasks of the extension, whose handles have no
 * way into a session. The backend answers the call itself then (SEP-2663).
 */
export function withoutTasks(capabilitiesText: string): string {
  const bytes = Buffer.from(capabilitiesText);
  const extensions = memberRanges(bytes, { start: 0, end: bytes.length }).get('extensions');
  if (extensions === undefined || bytes[extensions.start] !== OPEN_BRACE) return capabilitiesText;
  const others = editMembers(bytes, extensions, new Map([[TASKS_EXTENSION, undefined]]));
  return Buffer.from(splice(bytes, [{ range: extensions, text: others }])).toString();
}

/** One request with these members put into its `_meta`; every other byte stays. */
export function withEnvelope(bytes: Buffer, members: string): Buffer {
  const params = scanMessage(bytes).members.get('params');
  if (params === undefined)
    return insert(bytes, bytes.indexOf(OPEN_BRACE), `"params":{"_meta":{${members}}},`);
  const inside = memberRanges(bytes, params);
  const meta = inside.get('_meta');
  // Beside a member that says nothing, the envelope would be the one of two equal names that does not count.
  if (meta !== undefined && bytes[meta.start] !== OPEN_BRACE)
    return Buffer.from(splice(bytes, [{ range: meta, text: `{${members}}` }]));
  if (meta === undefined) {
    return insert(bytes, params.start, `"_meta":{${members}}${inside.size === 0 ? '' : ','}`);
  }
  const isEmpty = memberRanges(bytes, meta).size === 0;
  return insert(bytes, meta.start, `${members}${isEmpty ? '' : ','}`);
}

/** Inserts text right after the opening brace at `brace`. */
function insert(bytes: Buffer, brace: number, text: string): Buffer {
  const range: Range = { start: brace + 1, end: brace + 1 };
  return Buffer.from(splice(bytes, [{ range, text }]));
}

/** The same request again with what the caller was asked for, under a new id (MRTR, retry). */
export function retryOf(
  bytes: Buffer,
  idText: string,
  inputResponses: string | undefined,
  requestState: string | undefined,
): Buffer {
  const { members } = scanMessage(bytes);
  const params = members.get('params');
  const id = members.get('id');
  if (params === undefined || id === undefined) return bytes;
  const edits = new Map([
    ['inputResponses', inputResponses],
    ['requestState', requestState],
  ]);
  return Buffer.from(
    splice(bytes, [
      { range: id, text: idText },
      { range: params, text: editMembers(bytes, params, edits) },
    ]),
  );
}
