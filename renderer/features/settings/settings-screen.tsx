import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { go } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Screen, ScreenBody } from '../../ui/screen.tsx';
import { AppPart } from './app-part.tsx';
import { CallersPart } from './callers-part.tsx';
import { GatewayPart } from './gateway-part.tsx';
import { SecretsPart } from './secrets-part.tsx';
import classes from './settings.module.css';
import { SupportPart } from './support-part.tsx';

const PARTS = ['gateway', 'callers', 'secrets', 'app', 'support'] as const;
type Part = (typeof PARTS)[number];

/** Port, callers and tokens, keychain, the app itself, the support bundle. */
export function SettingsScreen({ part }: { part: string | undefined }): ReactNode {
  const client = useClient();
  const configTurn = useGateway((state) => state.configTurn);
  const { answer, reload } = useAnswer(() => client.settings.get({}), [client, configTurn]);
  const open: Part = PARTS.find((known) => known === part) ?? 'gateway';
  return (
    <Screen title={words.title}>
      <ScreenBody label={words.title}>
        <Tabs value={open} onChange={(value) => go('settings', value ?? 'gateway')}>
          <Tabs.List mb={16} aria-label={words.title}>
            {PARTS.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {words.parts[name]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value={open}>
            <Pending answer={answer} reload={reload}>
              {(value) => (
                <div className={classes.part}>
                  {value.readOnly ? <StateLabel tone="locked">{words.readOnly}</StateLabel> : null}
                  <Problems problems={value.problems} withPlace />
                  {open === 'gateway' ? <GatewayPart value={value} /> : null}
                  {open === 'callers' ? <CallersPart value={value} /> : null}
                  {open === 'secrets' ? <SecretsPart /> : null}
                  {open === 'app' ? <AppPart value={value} /> : null}
                  {open === 'support' ? <SupportPart /> : null}
                </div>
              )}
            </Pending>
          </Tabs.Panel>
        </Tabs>
      </ScreenBody>
    </Screen>
  );
}
