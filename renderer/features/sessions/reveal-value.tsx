import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useClock } from '../../stores/clock.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';

/**
 * One captured value, shown after one deliberate click and forgotten after 30 s (contract 1.6). It lives in this
 * component only: in no store, no address, no title; leaving the screen forgets it too.
 */
export function RevealValue({
  session,
  backend,
  name,
}: {
  session: string;
  backend: string | undefined;
  name: string;
}): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [shown, setShown] = useState<{ value: string; hideAt: number }>();
  const now = useClock((clock) => clock.now);

  useEffect(() => {
    if (shown === undefined) return;
    const timer = setTimeout(() => setShown(undefined), Math.max(0, shown.hideAt - Date.now()));
    return () => clearTimeout(timer);
  }, [shown]);

  if (shown === undefined) {
    return (
      <Button
        size="compact-xs"
        loading={running}
        aria-label={words.revealName(name)}
        onClick={() => {
          void run(() =>
            client.sessions.reveal({ session, header: name, ...(backend === undefined ? {} : { backend }) }),
          ).then((revealed) => {
            if (revealed === undefined) return;
            // Not longer than 30 s, whatever the two clocks say.
            const hideAt = Math.min(revealed.hideAt, Date.now() + 30_000);
            setShown({ value: revealed.value, hideAt });
          });
        }}
      >
        {words.reveal}
      </Button>
    );
  }
  return (
    <span data-testid="revealed">
      <ForeignText text={shown.value} mono max={200} />{' '}
      <Button size="compact-xs" variant="subtle" onClick={() => setShown(undefined)}>
        {words.hide}
      </Button>{' '}
      <small>{words.hidesIn(secondsLeft(shown.hideAt - now))}</small>
    </span>
  );
}

/** Whole seconds, from 30 down; the clock of the screen may be a second behind. */
function secondsLeft(ms: number): number {
  return Math.min(30, Math.max(0, Math.ceil(ms / 1_000)));
}
