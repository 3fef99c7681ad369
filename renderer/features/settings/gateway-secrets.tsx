import type { ReactNode } from 'react';
import { GATEWAY_SECRETS } from '../../../shared/control/secret-view.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { SecretList } from '../backends/secret-list.tsx';

/** What the saved mode keeps in the keychain: the secret of our client at a provider. */
export function GatewaySecrets({ mode }: { mode: 'oidc' | 'embedded' }): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.secrets);
  const { answer, reload } = useAnswer(
    () => client.secrets.status({ backend: GATEWAY_SECRETS }),
    [client, turn],
  );
  return (
    <Pending answer={answer} reload={reload}>
      {({ secrets }) =>
        secrets.length === 0 ? null : (
          <Section title={words.gatewaySecretsTitle} hint={words.gatewaySecretsHint[mode]}>
            <SecretList secrets={secrets} onChange={reload} />
          </Section>
        )
      }
    </Pending>
  );
}
