import type { Principal } from '../../../../shared/identity/principal.ts';
import type { PrincipalView } from '../../../../shared/sessions/session-view.ts';

const LONGEST_CLAIM = 1_024;

/** Who calls, as the window shows it; an absent claim stays absent (contract 3.2). */
export function principalView(principal: Principal): PrincipalView {
  switch (principal.kind) {
    case 'anonymous':
      return { kind: 'anonymous' };
    case 'local':
      return { kind: 'local', client: principal.client.slice(0, 128), tokenId: principal.tokenId };
    case 'user': {
      const { issuer, subject, email, name } = principal;
      return {
        kind: 'user',
        issuer: issuer.slice(0, LONGEST_CLAIM),
        subject: subject.slice(0, LONGEST_CLAIM),
        ...(email === undefined ? {} : { email: email.slice(0, LONGEST_CLAIM) }),
        ...(name === undefined ? {} : { name: name.slice(0, LONGEST_CLAIM) }),
      };
    }
  }
}
