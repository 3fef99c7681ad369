/**
 * Who calls. Anonymous is a kind of its own, never an identity with made-up fields (contract section 3.2).
 */
export type Principal = AnonymousPrincipal | LocalPrincipal | UserPrincipal;

export interface AnonymousPrincipal {
  readonly kind: 'anonymous';
}

/** A client program known by its local token. */
export interface LocalPrincipal {
  readonly kind: 'local';
  /** The name the user gave the token, such as `cursor`. */
  readonly client: string;
  /** Public part of the token's digest; binds sessions to this very token. */
  readonly tokenId: string;
}

/** A person whose claims were verified by OIDC or by the embedded authorization server. */
export interface UserPrincipal {
  readonly kind: 'user';
  readonly issuer: string;
  readonly subject: string;
  readonly email?: string;
  readonly name?: string;
}

/**
 * What a session is bound to: issuer + NUL + subject, for local tokens also the token (contract section 5).
 * An empty half or a NUL inside a half would let two callers share a key, so it yields `undefined`.
 */
export function bindingKey(principal: Principal): string | undefined {
  switch (principal.kind) {
    case 'anonymous':
      return 'anonymous';
    case 'local':
      return join('local', `${principal.client}\u0001${principal.tokenId}`);
    case 'user':
      return join(principal.issuer, principal.subject);
  }
}

function join(issuer: string, subject: string): string | undefined {
  if (issuer === '' || subject === '' || issuer.includes('\0') || subject.includes('\0')) return undefined;
  return `${issuer}\0${subject}`;
}
