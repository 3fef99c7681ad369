import { Button, Title } from '@mantine/core';
import { IconPencil, IconPlayerPlay, IconPower, IconRefresh, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { go, href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useAnswer } from '../../host/use-answer.ts';
import { revisionWritten, useGateway } from '../../stores/gateway-store.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { Facts } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { tellDone, tellFailure, tellRemoved } from '../../ui/toasts.tsx';
import { SignInPanel } from '../sign-in/sign-in-panel.tsx';
import classes from './backend-detail.module.css';
import { type BackendLine, backendTone } from './backend-words.ts';
import { CommandPanel } from './command-panel.tsx';
import { OutgoingHeaders } from './outgoing-headers.tsx';
import { SecretList } from './secret-list.tsx';
import { StateNote } from './state-note.tsx';
import { TestReport } from './test-report.tsx';

type Whole = CallValue<'backends.get'>;
type Report = CallValue<'backends.test'>;

/** One backend: its state and what mends it, what it gets, its secrets and sign-in, and a test. */
export function BackendDetail({ line }: { line: BackendLine }): ReactNode {
  const client = useClient();
  const { name, status } = line;
  const configTurn = useGateway((state) => state.configTurn);
  const secretsTurn = useGateway(({ turns }) => turns.secrets);
  const whole = useAnswer(
    () => client.backends.get({ name }),
    [client, name, status.state, configTurn, secretsTurn],
  );
  const [report, setReport] = useState<Report>();
  const testing = useAction();
  const { running, run } = useAction();

  const test = async (): Promise<void> => {
    const result = await testing.run(() => client.backends.test({ name }));
    if (result !== undefined) setReport(result);
  };
  const enable = async (enabled: boolean): Promise<void> => {
    const revision = currentRevision();
    const done = await run(() => client.backends.enable({ revision, name, enabled }));
    if (done !== undefined) revisionWritten(done.revision);
  };
  const remove = async (): Promise<void> => {
    const removed = await run(() => client.backends.remove({ revision: currentRevision(), name }));
    if (removed === undefined) return;
    revisionWritten(removed.revision);
    go('backends');
    tellRemoved(words.removed(name), removed.undoUntil, () => {
      void client.backends.restore({ revision: currentRevision(), undo: removed.undo }).then((restored) => {
        if (!restored.ok) return tellFailure(restored.error);
        revisionWritten(restored.value.revision);
        tellDone(words.restored(name));
      });
    });
  };

  return (
    <>
      <div className={classes.head}>
        <div>
          <Title order={2} className={classes.title}>
            {name}
          </Title>
          <StateLabel tone={backendTone(status.state)}>{words.state[status.state]}</StateLabel>
        </div>
        <div className={classes.actions}>
          <Button
            leftSection={<IconPlayerPlay size={14} aria-hidden />}
            loading={testing.running}
            onClick={() => void test()}
          >
            {words.test}
          </Button>
          {line.builtIn ? null : (
            <>
              <Button
                component="a"
                href={href('backends', name, 'edit')}
                leftSection={<IconPencil size={14} aria-hidden />}
              >
                {words.edit}
              </Button>
              <Button
                leftSection={<IconRefresh size={14} aria-hidden />}
                disabled={running || status.state === 'disabled'}
                onClick={() => void run(() => client.backends.restart({ name }))}
              >
                {words.restart}
              </Button>
              <Button
                leftSection={<IconPower size={14} aria-hidden />}
                disabled={running}
                onClick={() => void enable(status.state === 'disabled')}
              >
                {status.state === 'disabled' ? words.enable : words.disable}
              </Button>
              <Button
                color="red"
                variant="outline"
                leftSection={<IconTrash size={14} aria-hidden />}
                disabled={running}
                onClick={() => void remove()}
              >
                {words.remove}
              </Button>
            </>
          )}
        </div>
      </div>
      <StateNote line={line} whole={whole.answer.state === 'ready' ? whole.answer.value : undefined} />
      {report === undefined ? null : <TestReport report={report} />}
      <Pending answer={whole.answer} reload={whole.reload}>
        {(value) => <Whole value={value} line={line} reload={whole.reload} test={() => void test()} />}
      </Pending>
    </>
  );
}

function Whole({
  value,
  line,
  reload,
  test,
}: {
  value: Whole;
  line: BackendLine;
  reload: () => void;
  test: () => void;
}): ReactNode {
  const { form, command, secrets, problems } = value;
  const { connection } = form;
  const { status } = line;
  return (
    <>
      {command !== undefined && !command.approved ? (
        <CommandPanel name={line.name} command={command} onApproved={test} />
      ) : null}
      <Facts
        facts={[
          [words.transport, words.transports[line.transport]],
          ...(connection.type === 'stdio'
            ? []
            : [[words.address, <ForeignText key="url" text={connection.url} mono max={120} />] as const]),
          ...(line.tools === undefined ? [] : [[words.toolsLabel, String(line.tools)] as const]),
          [words.callsLabel, words.perMinute(line.callsPerMinute)],
          ...('since' in status ? [[words.since, <TimeAgo key="since" at={status.since} />] as const] : []),
        ]}
      />
      {problems.length === 0 ? null : (
        <Section title={words.problemsTitle}>
          <Problems problems={problems} withPlace />
        </Section>
      )}
      {command?.approved === true ? (
        <CommandPanel name={line.name} command={command} onApproved={test} />
      ) : null}
      {connection.type !== 'stdio' && connection.auth.strategy === 'oauth' ? (
        <SignInPanel backend={line.name} />
      ) : null}
      {secrets.length === 0 ? null : (
        <Section title={words.secretsTitle} hint={words.secretsHint}>
          <SecretList secrets={secrets} onChange={reload} />
        </Section>
      )}
      <OutgoingHeaders backend={line.name} />
    </>
  );
}

function currentRevision(): string {
  return useGateway.getState().snapshot?.revision ?? '';
}
