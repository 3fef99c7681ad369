import type { PlanCell } from '../../../shared/control/plan-view.ts';
import { foldName } from '../../../shared/headers/name.ts';
import type { WayOut } from '../../../shared/headers/ways-out.ts';
import { go } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { revisionWritten } from '../../stores/gateway-store.ts';
import { headerWords } from '../../strings/headers.ts';
import { tellDone, tellFailure } from '../../ui/toasts.tsx';
import { withoutHeader } from '../backends/form-edits.ts';

type Way = Extract<PlanCell, { cell: 'collision' }>['waysOut'][number];

/**
 * Carries out a way out of a collision. What concerns the typed list changes the draft; what concerns a backend is
 * saved there at once, since it is another form's matter.
 */
export function useWayOut(
  removeFromList: (header: string) => void,
  onWritten: (revision: string) => void,
): (way: Way) => Promise<void> {
  const client = useClient();
  return async (way) => {
    if (way.action === 'remove-from-allowlist') return removeFromList(way.header);
    if (way.action === 'change-auth') return go('backends', way.backend, 'edit');
    const read = await client.backends.get({ name: way.backend });
    if (!read.ok) return tellFailure(read.error);
    const { form, revision } = read.value;
    const edited = editFor(way, form);
    if (edited === undefined) return go('backends', way.backend, 'edit');
    const saved = await client.backends.edit({ revision, name: way.backend, form: edited });
    if (!saved.ok) return tellFailure(saved.error);
    revisionWritten(saved.value.revision);
    onWritten(saved.value.revision);
    tellDone(
      way.action === 'except-for-backend'
        ? headerWords.exceptSaved(way.header, way.backend)
        : headerWords.removedFrom(way.header, way.backend),
    );
  };
}

function editFor(
  way: Way,
  form: Parameters<typeof withoutHeader>[0],
): ReturnType<typeof withoutHeader> | undefined {
  if (way.action === ('remove-from-backend' satisfies WayOut['action']))
    return withoutHeader(form, way.place, way.header);
  if (form.connection.type === 'stdio') return undefined;
  const { passthroughExcept } = form.connection;
  if (passthroughExcept.some((name) => foldName(name) === foldName(way.header))) return form;
  return {
    ...form,
    connection: { ...form.connection, passthroughExcept: [...passthroughExcept, way.header] },
  };
}
