import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { GATEWAY_SECRETS } from '../../../shared/control/secret-view.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { shell } from '../../strings/shell.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { SecretList } from '../backends/secret-list.tsx';
import classes from './settings.module.css';

/** Whether secrets can be kept, and all secrets by backend. */
export function SecretsPart(): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.secrets);
  const { answer, reload } = useAnswer(() => client.secrets.status({}), [client, turn]);
  const { running, run } = useAction();
  return (
    <Pending answer={answer} reload={reload}>
      {({ keychain, secrets }) => {
        const backends = [...new Set(secrets.map(({ backend }) => backend))];
        return (
          <>
            <Section title={words.keychainTitle}>
              {keychain.state === 'ready' ? (
                <StateLabel tone="ok">
                  {keychain.kind === 'keychain' ? words.keychainReady : words.keychainEnvironment}
                </StateLabel>
              ) : (
                <>
                  <StateLabel tone={keychain.state === 'locked' ? 'locked' : 'warn'}>
                    {shell.keychain[keychain.state]}
                  </StateLabel>
                  <p>
                    {keychain.reason} <span className={classes.dim}>{words.keychainFix[keychain.state]}</span>
                  </p>
                  <Button
                    loading={running}
                    onClick={() => void run(() => client.secrets.retry({})).then(reload)}
                  >
                    {words.keychainRetry}
                  </Button>
                </>
              )}
            </Section>
            <Section title={words.secretsTitle}>
              {backends.length === 0 ? <p className={classes.dim}>{words.secretsNone}</p> : null}
              {backends.map((backend) => (
                <div key={backend}>
                  <h3>{backend === GATEWAY_SECRETS ? words.secretsOfGateway : backend}</h3>
                  <SecretList
                    secrets={secrets.filter((secret) => secret.backend === backend)}
                    onChange={reload}
                  />
                </div>
              ))}
            </Section>
          </>
        );
      }}
    </Pending>
  );
}
