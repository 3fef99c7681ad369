import { foldName } from '../../../../shared/headers/name.ts';
import { type RemoteConnection, secretKeyOf } from './draft.ts';

type Auth = RemoteConnection['auth'];

/** A header `Authorization` that was entered as a static one, read as the sign-in that it is. */
export interface AuthorizationOffer {
  readonly auth: Auth & { readonly strategy: 'bearer' | 'basic' | 'header' };
  /** The field of the sign-in that takes the credential. */
  readonly secret: string;
  /** What of the typed value is the credential; empty where it is in the keychain and has to be entered again. */
  readonly value: string;
  readonly connection: RemoteConnection;
  /** The secret typed for the header, which moves. */
  readonly oldKey: string | undefined;
}

/** What to offer in place of a static `Authorization`; undefined where there is none, or a sign-in is set already. */
export function authorizationOffer(
  connection: RemoteConnection,
  secrets: Readonly<Record<string, string>>,
): AuthorizationOffer | undefined {
  if (connection.auth.strategy !== 'none') return undefined;
  const plain = connection.headers.find(({ name }) => isAuthorization(name));
  const named = connection.secretHeaders.find(isAuthorization);
  if (plain === undefined && named === undefined) return undefined;
  const oldKey = named === undefined ? undefined : secretKeyOf('header', named);
  const typed = plain?.value ?? (oldKey === undefined ? undefined : secrets[oldKey]) ?? '';
  const read = readAuthorization(typed);
  return {
    ...read,
    oldKey,
    connection: {
      ...connection,
      auth: read.auth,
      headers: connection.headers.filter(({ name }) => !isAuthorization(name)),
      secretHeaders: connection.secretHeaders.filter((name) => !isAuthorization(name)),
    },
  };
}

function isAuthorization(name: string): boolean {
  return foldName(name) === 'authorization';
}

/** The strategy behind a value (RFC 9110 section 11.4): its scheme decides; without a scheme the value stays whole. */
function readAuthorization(typed: string): Pick<AuthorizationOffer, 'auth' | 'secret' | 'value'> {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s+(.*?)\s*$/.exec(typed) ?? [];
  if (typed.trim() === '') return { auth: { strategy: 'bearer' }, secret: 'token', value: '' };
  if (scheme.toLowerCase() === 'bearer')
    return { auth: { strategy: 'bearer' }, secret: 'token', value: rest };
  const pair = scheme.toLowerCase() === 'basic' ? decodePair(rest) : undefined;
  if (pair !== undefined) {
    const { username, password } = pair;
    return { auth: { strategy: 'basic', username }, secret: 'password', value: password };
  }
  return { auth: { strategy: 'header', header: 'Authorization' }, secret: 'value', value: typed.trim() };
}

/** User and password of RFC 7617, or undefined where it is none. */
function decodePair(encoded: string): { username: string; password: string } | undefined {
  try {
    const bytes = Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const colon = text.indexOf(':');
    if (colon < 0) return undefined;
    return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}
