import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { signInWords as words } from '../../strings/backends.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel, type Tone } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import classes from './sign-in-panel.module.css';

const TONES: Readonly<Record<keyof typeof words.state, Tone>> = {
  'not-needed': 'idle',
  'signed-out': 'locked',
  waiting: 'busy',
  'signed-in': 'ok',
  failed: 'bad',
};

/** How the user stands with a backend's sign-in, and the buttons for it. Tokens never come here. */
export function SignInPanel({ backend }: { backend: string }): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.signIn);
  const { answer, reload } = useAnswer(() => client.signIn.status({ backend }), [client, backend, turn]);
  const { running, run } = useAction();
  const [address, setAddress] = useState<string>();

  const start = async (): Promise<void> => {
    const started = await run(() => client.signIn.start({ backend }));
    if (started === undefined) return;
    setAddress(started.opened ? undefined : started.address);
    reload();
  };
  const stop = async (call: 'cancel' | 'signOut'): Promise<void> => {
    setAddress(undefined);
    if ((await run(() => client.signIn[call]({ backend }))) !== undefined) reload();
  };

  return (
    <Section title={words.title}>
      <Pending answer={answer} reload={reload}>
        {({ backends }) => {
          const status = backends.find((line) => line.backend === backend)?.status;
          if (status === undefined) return null;
          return (
            <div className={classes.panel}>
              <StateLabel tone={TONES[status.state]}>{words.state[status.state]}</StateLabel>
              {status.state === 'signed-in' ? (
                <span className={classes.dim}>
                  {status.as === undefined ? '' : `${words.as(status.as)} · `}
                  {status.issuer}
                  {status.renewsAt === undefined ? null : (
                    <>
                      {' · '}
                      {words.renews} <TimeAgo at={status.renewsAt} />
                    </>
                  )}
                </span>
              ) : null}
              {status.state === 'signed-in' && status.wantsScope !== undefined ? (
                <span className={classes.wants}>
                  <StateLabel tone="warn">{words.wantsScope}</StateLabel>{' '}
                  <ForeignText text={status.wantsScope} mono max={120} />
                </span>
              ) : null}
              {status.state === 'signed-in' && status.newSignIn !== undefined ? (
                <span className={classes.wants}>
                  <StateLabel tone="bad">{words.newSignInFailed}</StateLabel>{' '}
                  {`${status.newSignIn.reason} ${status.newSignIn.fix}`}
                </span>
              ) : null}
              {status.state === 'failed' ? <span>{`${status.reason} ${status.fix}`}</span> : null}
              {status.state === 'signed-out' && status.reason !== undefined ? (
                <span>{status.reason}</span>
              ) : null}
              <span className={classes.gap} />
              {status.state === 'waiting' ? (
                <Button onClick={() => void stop('cancel')}>{words.cancel}</Button>
              ) : (
                <Button onClick={() => void start()} loading={running}>
                  {status.state === 'signed-in' ? words.again : words.start}
                </Button>
              )}
              {status.state === 'signed-in' ? (
                <Button onClick={() => void stop('signOut')}>{words.signOut}</Button>
              ) : null}
              {status.state === 'waiting' ? <ByHand address={status.address ?? address} /> : null}
            </div>
          );
        }}
      </Pending>
    </Section>
  );
}

/** The address to open, of a host without a browser. */
function ByHand({ address }: { address: string | undefined }): ReactNode {
  if (address === undefined) return null;
  return (
    <p className={classes.address}>
      {/^https?:/.test(address) ? (
        <Button component="a" variant="filled" href={address} target="_blank" rel="noreferrer">
          {words.openPage}
        </Button>
      ) : null}{' '}
      {words.openHere} <code>{address}</code> <CopyText value={address} label={words.copyAddress} />
    </p>
  );
}
