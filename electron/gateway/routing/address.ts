import type { BackendName } from '../../../shared/config/backend-name.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { MergedEntry } from '../catalog/merge.ts';
import { readAlias } from '../catalog/resource-alias.ts';
import { matchesTemplate } from '../catalog/uri-template.ts';
import { renamed } from './by-name.ts';
import { type Forwarding, forward } from './forward.ts';
import { answerError, type RouteContext } from './route.ts';

/** A resource by the address that the client uses, and by the backend's own. */
export type Address = Pick<MergedEntry, 'advertised' | 'original' | 'backend'>;

/** Whose a resource is by its alias, the lists or a template; waits for lists that are being read. */
export async function findAddress(
  { session, caller }: RouteContext,
  uri: string,
): Promise<Address | undefined> {
  const alias = readAlias(uri);
  if (alias !== undefined)
    return { advertised: uri, original: alias.original, backend: alias.backend as BackendName };
  const listed = session.lists.current('resources') ?? (await session.lists.load('resources', caller));
  const entry = listed.byName.get(uri) ?? session.lists.lastKnown('resources', uri);
  if (entry !== undefined) return entry;
  const templates = session.lists.current('templates') ?? (await session.lists.load('templates', caller));
  const template = templates.entries.find(({ original }) => matchesTemplate(original, uri));
  return template && { advertised: uri, original: uri, backend: template.backend };
}

/** Hands a request about a resource to the backend that has it. */
export function forwardTo(
  context: RouteContext,
  address: Address,
  trying: Pick<Forwarding, 'otherwise' | 'isLaterTry' | 'onAnswer'> = {},
): void {
  const bytes = renamed(context, 'uri', address as MergedEntry);
  if (bytes === undefined)
    answerError(context, RPC.invalidParams, 'params name a member twice.', 'request.params');
  else forward(context, { backend: address.backend, bytes, target: address.advertised, ...trying });
}
