import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { Problems } from '../../ui/problems.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import classes from './backend-detail.module.css';
import { type BackendLine, backendTone } from './backend-words.ts';

/** Why a backend is not well, in one sentence, with the button that mends it. Nothing where it is well. */
export function StateNote({ line: { name, status } }: { line: BackendLine }): ReactNode {
  if (!('reason' in status)) return null;
  return (
    <div className={classes.note} data-tone={backendTone(status.state)} role="status">
      <p>
        {status.reason} <span className={classes.fix}>{status.fix ?? ''}</span>
      </p>
      {status.state === 'invalid' ? <Problems problems={status.problems} withPlace /> : null}
      {'nextTryAt' in status && status.nextTryAt !== undefined ? (
        <p>
          {words.nextTry}: <TimeAgo at={status.nextTryAt} />
        </p>
      ) : null}
      <div>
        <Mend name={name} state={status.state} />
      </div>
    </div>
  );
}

function Mend({ name, state }: { name: string; state: BackendLine['status']['state'] }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  switch (state) {
    case 'cannot-start':
    case 'invalid':
      return (
        <Button component="a" href={href('backends', name, 'edit')}>
          {words.mend[state]}
        </Button>
      );
    case 'needs-caller-header':
      return (
        <Button component="a" href={href('headers')}>
          {words.mend[state]}
        </Button>
      );
    case 'needs-sign-in':
      return (
        <Button loading={running} onClick={() => void run(() => client.signIn.start({ backend: name }))}>
          {words.mend[state]}
        </Button>
      );
    case 'stopped':
    case 'unreachable':
      return (
        <Button loading={running} onClick={() => void run(() => client.backends.restart({ name }))}>
          {words.mend[state]}
        </Button>
      );
    case 'keychain-unavailable':
      return (
        <Button loading={running} onClick={() => void run(() => client.secrets.retry({}))}>
          {words.mend[state]}
        </Button>
      );
    default:
      // `needs-approval` and `secret-missing` are mended by the parts below, which show all there is to know first.
      return null;
  }
}
