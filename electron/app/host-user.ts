import { userInfo } from 'node:os';
import type { OsUser } from '../../shared/identity/identity-headers.ts';

/** The OS user, sent as identity only where a backend's setting is `on` (contract 3.3). Absent where nobody knows. */
export function readHostUser(): OsUser | undefined {
  try {
    const { username } = userInfo();
    return username === '' ? undefined : { sub: username, name: username };
  } catch {
    // A container user without an entry in the user database has no name.
    return undefined;
  }
}
