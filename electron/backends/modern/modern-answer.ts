import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { memberRanges, splice, textOf } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { META } from '../../../shared/mcp/modern.ts';

/** One thing that a backend needs of the client before it can answer (MRTR). */
export interface InputRequest {
  readonly key: string;
  readonly method: string;
  readonly paramsText: string | undefined;
}

/** What a modern answer says, as far as a legacy caller's gateway has to know. */
export type ModernAnswer =
  | { readonly kind: 'complete'; readonly result: Range }
  | {
      readonly kind: 'input';
      readonly requests: readonly InputRequest[];
      readonly stateText: string | undefined;
    }
  | { readonly kind: 'error'; readonly code: unknown; readonly error: unknown }
  | { readonly kind: 'faulty'; readonly why: string };

const OPEN_BRACE = 0x7b;

/** Reads one whole answer. `resultType` absent means complete; a type that nobody knows is a fault. */
export function readModernAnswer(bytes: Buffer): ModernAnswer {
  const { members } = scanMessage(bytes);
  const error = members.get('error');
  if (error !== undefined) {
    const parsed: unknown = JSON.parse(textOf(bytes, error));
    return { kind: 'error', error: parsed, code: memberOf(parsed, 'code') };
  }
  const result = members.get('result');
  if (result === undefined || bytes[result.start] !== OPEN_BRACE)
    return { kind: 'faulty', why: 'answered with a result that is no object' };
  const inside = memberRanges(bytes, result);
  const type = inside.get('resultType');
  const typeText = type === undefined ? '"complete"' : textOf(bytes, type);
  if (typeText === '"complete"') return { kind: 'complete', result };
  if (typeText !== '"input_required"')
    return { kind: 'faulty', why: 'answered with a kind of result that sessions do not know' };
  const requests = inside.get('inputRequests');
  const state = inside.get('requestState');
  const isObject = requests === undefined || bytes[requests.start] === OPEN_BRACE;
  const asked = isObject && requests !== undefined ? readRequests(bytes, requests) : [];
  if (!isObject || (asked.length === 0 && state === undefined))
    return { kind: 'faulty', why: 'asked for input without saying for which' };
  return {
    kind: 'input',
    requests: asked,
    stateText: state === undefined ? undefined : textOf(bytes, state),
  };
}

function readRequests(bytes: Buffer, range: Range): InputRequest[] {
  return [...memberRanges(bytes, range)].map(([key, request]) => {
    const inside = bytes[request.start] === OPEN_BRACE ? memberRanges(bytes, request) : undefined;
    const method = inside?.get('method');
    const params = inside?.get('params');
    return {
      key,
      method: method === undefined ? '' : String(JSON.parse(textOf(bytes, method))),
      paramsText: params === undefined ? undefined : textOf(bytes, params),
    };
  });
}

/** What a modern result says about itself; caching hints of lists stay, since the gateway itself reads them. */
const OWN_MEMBERS = new Map([['resultType', undefined]]);
const READ_MEMBERS = new Map([...OWN_MEMBERS, ['ttlMs', undefined], ['cacheScope', undefined]]);
const META_MEMBERS = new Map([[META.serverInfo, undefined]]);

/** The answer as a client with a session may see it: its own id, nothing of the other era (hazard 16). */
export function toLegacyAnswer(bytes: Buffer, result: Range, method: string, idText: string): Buffer {
  const edits = new Map<string, string | undefined>(method === 'resources/read' ? READ_MEMBERS : OWN_MEMBERS);
  const meta = memberRanges(bytes, result).get('_meta');
  if (meta !== undefined && bytes[meta.start] === OPEN_BRACE) {
    const kept = editMembers(bytes, meta, META_MEMBERS);
    edits.set('_meta', kept === '{}' ? undefined : kept);
  }
  const id = scanMessage(bytes).members.get('id') as Range;
  return Buffer.from(
    splice(bytes, [
      { range: id, text: idText },
      { range: result, text: editMembers(bytes, result, edits) },
    ]),
  );
}
