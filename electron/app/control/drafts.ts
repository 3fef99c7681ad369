import { randomBytes } from 'node:crypto';
import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { ImportedSecret } from '../../clients/import/draft.ts';
import type { PlannedSecret } from './backend-secrets.ts';
import { refuse } from './refuse.ts';
import { secretTarget } from './secret-targets.ts';

/** Pasted or imported entries that nobody has added yet, with the secret values that stood in them. In memory only. */
export interface Drafts extends Disposable {
  keep(secrets: readonly ImportedSecret[]): string;
  /** The values that go with a draft, less those that the form brings anew. Refused where the draft is gone. */
  secretsOf(
    draft: string | undefined,
    name: string,
    config: BackendConfig,
    given: readonly PlannedSecret[],
  ): readonly PlannedSecret[];
  forget(draft: string): void;
}

/** Drafts held at once; a paste of a large file makes many. */
const MAX_DRAFTS = 500;

export function createDrafts(): Drafts {
  const kept = new Map<string, readonly ImportedSecret[]>();
  return {
    keep(secrets) {
      const draft = randomBytes(12).toString('hex');
      kept.set(draft, secrets);
      dropOldest(kept, MAX_DRAFTS);
      return draft;
    },
    secretsOf(draft, name, config, given) {
      if (draft === undefined) return [];
      const secrets = kept.get(draft);
      if (secrets === undefined) {
        return refuse('control.draft-gone', 'What was pasted is not held any more.', {
          fix: 'Paste it again.',
        });
      }
      return secrets.flatMap(({ kind, name: target, secret }) => {
        const isGiven = given.some(
          ({ ref }) => ref.kind === kind && ref.name.toLowerCase() === target.toLowerCase(),
        );
        if (secret === undefined || isGiven || !names(config, kind, target)) return [];
        return [{ ref: secretTarget(name, config, { kind, name: target }), secret }];
      });
    },
    forget: (draft) => void kept.delete(draft),
    [Symbol.dispose]: () => kept.clear(),
  };
}

/** Whether the settings still name a secret: the person may have taken it out of the form. */
function names(config: BackendConfig, kind: 'header' | 'env', name: string): boolean {
  if (config.type === 'stdio') return kind === 'env' && config.secretEnv.includes(name);
  return (
    kind === 'header' && config.secretHeaders.some((known) => known.toLowerCase() === name.toLowerCase())
  );
}
