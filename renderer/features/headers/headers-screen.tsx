import { Button, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFlask } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { headerWords as words } from '../../strings/headers.ts';
import { Pending } from '../../ui/pending.tsx';
import { Screen, ScreenBody, Section } from '../../ui/screen.tsx';
import { useAllowlistDraft } from './allowlist-draft.ts';
import { AllowlistEditor } from './allowlist-editor.tsx';
import { PlanTableView } from './plan-table.tsx';
import { SeenNames } from './seen-names.tsx';
import { Simulator } from './simulator.tsx';
import { collisionsOf } from './table-collisions.ts';

type Caller = 'local' | 'signed-in' | 'anonymous';

/** The passthrough list, what each backend gets by it, and a simulator. */
export function HeadersScreen({ part }: { part: string | undefined }): ReactNode {
  if (part === 'simulate') {
    return (
      <Screen
        title={words.sim.title}
        lead={words.sim.lead}
        actions={
          <Button component="a" href={href('headers')}>
            {words.backToList}
          </Button>
        }
      >
        <ScreenBody label={words.sim.title}>
          <Simulator />
        </ScreenBody>
      </Screen>
    );
  }
  return (
    <Screen
      title={words.title}
      lead={words.lead}
      actions={
        <Button
          component="a"
          href={href('headers', 'simulate')}
          leftSection={<IconFlask size={14} aria-hidden />}
        >
          {words.simulate}
        </Button>
      }
    >
      <ScreenBody label={words.title}>
        <HeadersBody />
      </ScreenBody>
    </Screen>
  );
}

function HeadersBody(): ReactNode {
  const client = useClient();
  const configTurn = useGateway((state) => state.configTurn);
  const { signIn, secrets } = useGateway(({ turns }) => turns);
  const sessionCount = useGateway(({ snapshot }) => snapshot?.sessions.length);
  const draft = useAllowlistDraft(({ names }) => names);
  const [typed, setTyped] = useState('');
  const [caller, setCaller] = useState<Caller>('local');
  const saved = useAnswer(() => client.headers.list({}), [client, configTurn, sessionCount]);
  const savedNames = saved.answer.state === 'ready' ? saved.answer.value.headers.map(({ name }) => name) : [];
  const names = draft ?? savedNames;
  // The name that is being typed counts as listed, so that its collisions show before it is added.
  const asked = typed === '' ? names : [...names, typed];
  const [settled] = useDebouncedValue(asked.join('\n'), 80);
  const plan = useAnswer(
    () => client.headers.plan({ names: settled === '' ? [] : settled.split('\n'), caller }),
    [client, settled, caller, configTurn, signIn, secrets],
  );
  const table = plan.answer.state === 'ready' ? plan.answer.value.table : undefined;
  return (
    <>
      <Pending answer={saved.answer} reload={saved.reload}>
        {(value) => (
          <AllowlistEditor
            saved={value}
            typed={typed}
            onType={setTyped}
            collisions={table === undefined ? [] : collisionsOf(table)}
            settled={settled === asked.join('\n')}
          />
        )}
      </Pending>
      <SeenNames />
      <Section
        title={words.planTitle}
        hint={words.planHint}
        actions={
          <SegmentedControl
            aria-label={words.planCaller}
            value={caller}
            onChange={(value) => setCaller(value as Caller)}
            data={(['local', 'signed-in', 'anonymous'] as const).map((value) => ({
              value,
              label: words.callers[value],
            }))}
          />
        }
      >
        <Pending answer={plan.answer} reload={plan.reload}>
          {(value) => <PlanTableView table={value.table} label={words.planTitle} />}
        </Pending>
      </Section>
    </>
  );
}
