import type { BackendName } from '../config/backend-name.ts';
import { placeOf } from '../config/place.ts';
import type { HeaderName } from './name.ts';
import type { HeaderOwner } from './owners.ts';

/** One way to solve a collision, as data that a form can carry out. */
export interface WayOut {
  readonly action: 'remove-from-allowlist' | 'except-for-backend' | 'remove-from-backend' | 'change-auth';
  readonly backend: BackendName;
  readonly header: HeaderName;
  /** What is to be changed, in the words of the config file. */
  readonly place: string;
  /** The same, as one sentence. */
  readonly text: string;
}

/** The ways out of a collision of two owners, the least invasive first. */
export function waysOut(backend: BackendName, owners: readonly HeaderOwner[]): readonly WayOut[] {
  return owners.flatMap((owner) => waysOutOf(backend, owner));
}

function waysOutOf(backend: BackendName, { name: header, source, place }: HeaderOwner): readonly WayOut[] {
  switch (source) {
    case 'passthrough': {
      const except = placeOf(['backends', backend, 'passthrough', 'except']);
      return [
        {
          action: 'except-for-backend',
          backend,
          header,
          place: except,
          text: `Leave ${header} out for ${backend} (${except}).`,
        },
        {
          action: 'remove-from-allowlist',
          backend,
          header,
          place,
          text: `Remove ${header} from the passthrough list (${place}).`,
        },
      ];
    }
    case 'static':
    case 'secret':
      return [{ action: 'remove-from-backend', backend, header, place, text: `Remove ${place}.` }];
    case 'auth':
      return [
        { action: 'change-auth', backend, header, place, text: `Choose another strategy in ${place}.` },
      ];
    case 'identity':
      return [{ action: 'remove-from-backend', backend, header, place, text: `Set ${place} to off.` }];
    case 'protocol':
      return [];
  }
}
