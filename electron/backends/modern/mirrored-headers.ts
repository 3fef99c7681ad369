import { memberOf } from '../../../shared/json/member-of.ts';
import { memberRanges, textOf } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { encodeHeaderValue } from '../../../shared/mcp/header-value.ts';
import { nameSourceOf } from '../../../shared/mcp/modern.ts';
import { type ParamHeader, paramHeadersOf, paramHeaderValues } from '../../../shared/mcp/param-headers.ts';
import type { HeaderPair } from '../outgoing/chain.ts';
import type { RelayRequest } from '../transport.ts';

/** The headers that repeat a modern request's body, computed for the backend's own names (TRN-12). */
export interface MirroredHeaders {
  of(request: Pick<RelayRequest, 'method' | 'bytes'>): readonly HeaderPair[];
  /** Takes note of the headers that tools ask for, from an answer to tools/list. */
  learn(listAnswer: Buffer): void;
}

/** Makes the headers of one conversation; of tools nothing is known before a list was learnt. */
export function createMirroredHeaders(): MirroredHeaders {
  const declared = new Map<string, readonly ParamHeader[]>();
  return {
    of({ method, bytes }) {
      const headers: HeaderPair[] = [['Mcp-Method', encodeHeaderValue(method)]];
      const source = nameSourceOf(method);
      const params = scanMessage(bytes).members.get('params');
      if (source === undefined || params === undefined) return headers;
      const inside = memberRanges(bytes, params);
      const name = valueIn(bytes, inside.get(source));
      if (typeof name !== 'string') return headers;
      headers.push(['Mcp-Name', encodeHeaderValue(name)]);
      const wanted = method === 'tools/call' ? declared.get(name) : undefined;
      if (wanted !== undefined)
        headers.push(...paramHeaderValues(wanted, valueIn(bytes, inside.get('arguments'))));
      return headers;
    },
    learn(listAnswer) {
      const answer: unknown = JSON.parse(listAnswer.toString('utf8'));
      const tools = memberOf(memberOf(answer, 'result'), 'tools');
      if (!Array.isArray(tools)) return;
      for (const tool of tools) {
        const name = memberOf(tool, 'name');
        const headers = paramHeadersOf(memberOf(tool, 'inputSchema'));
        if (typeof name !== 'string') continue;
        if (headers.length > 0) declared.set(name, headers);
        else declared.delete(name);
      }
    },
  };
}

function valueIn(bytes: Buffer, range: Range | undefined): unknown {
  return range === undefined ? undefined : JSON.parse(textOf(bytes, range));
}
