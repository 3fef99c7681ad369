import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useClient } from '../host/client-context.tsx';
import { useAction } from '../host/use-action.ts';
import { useSnapshot } from '../stores/gateway-store.ts';
import { common } from '../strings/common.ts';
import { shell } from '../strings/shell.ts';
import { StateIcon } from '../ui/icon-state.tsx';
import { href } from './router.ts';
import classes from './shell.module.css';

/** Why no client can call, on every screen, with both ways out: try again, or choose another port (NET-04). */
export function NotListening(): ReactNode {
  const client = useClient();
  const gateway = useSnapshot((snapshot) => snapshot.gateway);
  const { running, run } = useAction();
  if (gateway.state !== 'port-taken' && gateway.state !== 'failed') return null;
  return (
    <div className={classes.lost} role="alert">
      <StateIcon tone="bad" />
      <span className={classes.why}>
        <b>{gateway.reason}</b> {gateway.fix}
      </span>
      <Button loading={running} onClick={() => void run(() => client.status.retryListening({}))}>
        {common.retry}
      </Button>
      <Button component="a" href={href('settings', 'gateway')}>
        {shell.changePort}
      </Button>
    </div>
  );
}
