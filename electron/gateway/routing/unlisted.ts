import type { BackendName } from '../../../shared/config/backend-name.ts';
import { RESOURCE_NOT_FOUND } from '../../../shared/mcp/protocol.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { type Address, forwardTo } from './address.ts';
import { asOneEntry } from './one-entry.ts';
import { isResult, noteReader, readerOf } from './readers.ts';
import { answerError, type RouteContext } from './route.ts';

/** How long backends may take to say whether they have a resource, in ms. */
const ASK_TIMEOUT_MS = 10_000;

/**
 * Reads an address that no list and no template knows, such as a link inside a tool's answer: first where it was read
 * before, then at the other backends with resources in their order, reads being repeatable; the last one's own error is
 * what the client gets.
 */
export function readUnlisted(context: RouteContext, uri: string): void {
  const { session } = context;
  const all = candidates(session);
  const reader = readerOf(session, uri);
  const first = reader === undefined ? [] : [reader];
  const others = all.filter((name) => name !== reader);
  // What a person answered is taken to nobody but to the backend that asked.
  const names = bringsAnswers(context) && all.length > 1 ? first : [...first, ...others];
  const entry = { ...context, record: asOneEntry(context.record) };
  if (names.length > 0) tryNext(entry, uri, names, false);
  else answerError(context, RESOURCE_NOT_FOUND, 'No backend has this resource.', 'request.params');
}

/** Whose a resource is that no list has: the only backend with resources, else the first that has it by its own word. */
export async function findUnlisted(
  { session, caller }: RouteContext,
  uri: string,
): Promise<Address | undefined> {
  const names = candidates(session);
  const known = names.length === 1 ? names[0] : readerOf(session, uri);
  if (known !== undefined) return addressOf(known, uri);
  const params = JSON.stringify({ uri });
  const answers = await Promise.all(
    names.map((name) =>
      session.backends.get(name)?.session.ask('resources/read', params, caller, ASK_TIMEOUT_MS),
    ),
  );
  const backend = names.find((_, index) => answers[index]?.ok === true);
  if (backend === undefined) return undefined;
  noteReader(session, uri, backend);
  return addressOf(backend, uri);
}

/** Whether a read of a client without a session brings answers, or a state, of one backend (MRTR). */
function bringsAnswers({ modern, message }: RouteContext): boolean {
  return modern !== undefined && ('inputResponses' in message.params || 'requestState' in message.params);
}

function candidates(session: ClientSession): BackendName[] {
  return [...session.backends].flatMap(([name, owner]) => {
    const state = owner.session.state();
    return state.state === 'ready' && 'resources' in state.hello.capabilities ? [name] : [];
  });
}

function addressOf(backend: BackendName, uri: string): Address {
  return { advertised: uri, original: uri, backend };
}

function tryNext(
  context: RouteContext,
  uri: string,
  [backend, ...others]: readonly BackendName[],
  isLaterTry: boolean,
): void {
  if (backend === undefined) return;
  const otherwise = (): void => tryNext(context, uri, others, true);
  const onAnswer = (answer: Buffer): Buffer => {
    if (isResult(answer)) noteReader(context.session, uri, backend);
    return answer;
  };
  const isOneOfSeveral = isLaterTry || others.length > 0;
  forwardTo(context, addressOf(backend, uri), {
    isLaterTry,
    ...(others.length === 0 ? {} : { otherwise }),
    ...(isOneOfSeveral ? { onAnswer } : {}),
  });
}
