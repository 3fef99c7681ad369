import type { ReactNode } from 'react';
import { useClient } from '../../../host/client-context.tsx';
import { useAnswer } from '../../../host/use-answer.ts';
import { useSnapshot } from '../../../stores/gateway-store.ts';
import { Pending } from '../../../ui/pending.tsx';
import { BackendFormView } from './backend-form.tsx';
import { type Draft, emptyForm, secretKeyOf } from './draft.ts';
import type { KnownSecrets } from './secret-rows.tsx';

const NEW: Draft = { name: '', form: emptyForm(), secrets: {} };
const NOTHING_KNOWN: KnownSecrets = new Map();

/** Loads what there is of a backend and opens its form; without a name, the form of a new one. */
export function BackendEditor({ name }: { name: string | undefined }): ReactNode {
  const revision = useSnapshot((snapshot) => snapshot.revision);
  if (name === undefined) {
    return <BackendFormView before={NEW} existing={undefined} revision={revision} known={NOTHING_KNOWN} />;
  }
  return <LoadedEditor name={name} />;
}

function LoadedEditor({ name }: { name: string }): ReactNode {
  const client = useClient();
  const { answer, reload } = useAnswer(() => client.backends.get({ name }), [client, name]);
  return (
    <Pending answer={answer} reload={reload}>
      {({ form, revision, secrets }) => (
        <BackendFormView
          key={revision}
          before={{ name, form, secrets: {} }}
          existing={name}
          revision={revision}
          known={
            new Map(
              secrets.flatMap((secret) =>
                secret.status === 'set'
                  ? [[secretKeyOf(secret.kind, secret.name), secret.fingerprint ?? '']]
                  : [],
              ),
            )
          }
          reload={reload}
        />
      )}
    </Pending>
  );
}
