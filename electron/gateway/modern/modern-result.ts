import { editMembers } from '../../../shared/json/edit-members.ts';
import { splice } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { RESOURCE_NOT_FOUND, RPC, URL_ELICITATION_REQUIRED } from '../../../shared/mcp/protocol.ts';

/** How long, and for whom, a result may be kept (2026-07-28, caching). */
export interface CacheHint {
  readonly ttlMs: number;
  readonly scope: 'public' | 'private';
}

/** For results of which nothing is known: not to be kept, and nobody else's. */
export const NO_CACHING: CacheHint = { ttlMs: 0, scope: 'private' };

const CODES: ReadonlyMap<number, number> = new Map([
  [RESOURCE_NOT_FOUND, RPC.invalidParams],
  // The modern era asks in rounds instead and forbids this code.
  [URL_ELICITATION_REQUIRED, RPC.internal],
]);

/** What this era says by these members, a server of the one before does not mean by them. */
const HEAD = new Map([['resultType', '"complete"']]);
const READ_HEAD = new Map([
  ...HEAD,
  ['ttlMs', String(NO_CACHING.ttlMs)],
  ['cacheScope', JSON.stringify(NO_CACHING.scope)],
]);
const READ_MEMBERS = [...READ_HEAD.keys()];

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The code under which a modern client knows an error of the era before. */
export function modernCode(code: number): number {
  return CODES.get(code) ?? code;
}

/** The members that a complete result begins with, as JSON text. */
export function resultHead(hint?: CacheHint): string {
  const caching = hint === undefined ? '' : `,"ttlMs":${hint.ttlMs},"cacheScope":"${hint.scope}"`;
  return `"resultType":"complete"${caching}`;
}

/** A result of our own, as a modern client expects it. */
export function completeResult(result: string): string {
  return result === '{}' ? `{${resultHead()}}` : `{${resultHead()},${result.slice(1)}`;
}

/** A legacy backend's answer as a modern client expects it, under the client's own id. */
export function toModernAnswer(bytes: Buffer, method: string, idText: string): Buffer {
  const { members } = scanMessage(bytes);
  const edits = [{ range: members.get('id') as Range, text: idText }];
  const error = members.get('error');
  const result = members.get('result');
  const code =
    error === undefined ? undefined : scanMessage(bytes.subarray(error.start, error.end)).members.get('code');
  if (error !== undefined && code !== undefined) {
    const range = { start: error.start + code.start, end: error.start + code.end };
    const known = Number(bytes.toString('utf8', range.start, range.end));
    if (CODES.has(known)) edits.push({ range, text: String(modernCode(known)) });
  }
  if (result !== undefined && bytes[result.start] === OPEN_BRACE) {
    const isRead = method === 'resources/read';
    const inside = scanMessage(bytes.subarray(result.start, result.end)).members;
    if ((isRead ? READ_MEMBERS : ['resultType']).some((name) => inside.has(name)))
      edits.push({ range: result, text: editMembers(bytes, result, isRead ? READ_HEAD : HEAD) });
    else {
      const at = { start: result.start + 1, end: result.start + 1 };
      const head = resultHead(isRead ? NO_CACHING : undefined);
      const isEmpty = inside.size === 0 && bytes[result.end - 1] === CLOSE_BRACE;
      edits.push({ range: at, text: isEmpty ? head : `${head},` });
    }
  }
  return Buffer.from(splice(bytes, edits));
}

/** An answer under the client's own id. */
export function withId(bytes: Buffer, idText: string): Buffer {
  const range = scanMessage(bytes).members.get('id');
  return range === undefined ? bytes : Buffer.from(splice(bytes, [{ range, text: idText }]));
}
