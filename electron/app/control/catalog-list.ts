import type { BackendName } from '../../../shared/config/backend-name.ts';
import { LIST_KINDS, type ListKind } from '../../gateway/catalog/kinds.ts';
import type { MergedList } from '../../gateway/catalog/merge.ts';
import type { Slice } from '../../gateway/catalog/slice.ts';
import type { ControlContext } from './context.ts';

/** What one backend listed last, in any session or test. */
export interface ListedPart {
  readonly backend: BackendName;
  readonly slice: Slice;
}

/** The newest lists of all backends that are on, and how they merge: what a session of today would see. */
export interface ListedKind {
  readonly kind: ListKind;
  readonly parts: readonly ListedPart[];
  readonly merged: MergedList;
}

export function listedKinds({ patchbay }: ControlContext): readonly ListedKind[] {
  const { catalog } = patchbay.gateway;
  const backends = [...patchbay.config().backends].filter(([, { enabled }]) => enabled);
  return LIST_KINDS.map((kind) => {
    const parts = backends.flatMap(([backend]): ListedPart[] => {
      const slice = catalog.newest(backend, kind);
      return slice === undefined ? [] : [{ backend, slice }];
    });
    return { kind, parts, merged: catalog.merge(kind, parts, 'legacy') };
  });
}

/** Conflicts over all lists. */
export function conflictCount(kinds: readonly ListedKind[]): number {
  return kinds.reduce((sum, { merged }) => sum + merged.conflicts.length, 0);
}
