import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { revisionWritten } from '../../stores/gateway-store.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { Problems } from '../../ui/problems.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import classes from './backend-detail.module.css';
import { type BackendLine, backendTone } from './backend-words.ts';

type Whole = CallValue<'backends.get'>;

/** Why a backend is not well, in one sentence, with the button that mends it. Nothing where it is well. */
export function StateNote({
  line: { name, status },
  whole,
}: {
  line: BackendLine;
  /** Its entry, once it is read. */
  whole: Whole | undefined;
}): ReactNode {
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
        <Mend name={name} state={status.state} whole={whole} />
      </div>
    </div>
  );
}

function Mend({
  name,
  state,
  whole,
}: {
  name: string;
  state: BackendLine['status']['state'];
  whole: Whole | undefined;
}): ReactNode {
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
      return strategyOf(whole) !== 'oauth' ? (
        <NeedsCredentials name={name} whole={whole} />
      ) : (
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

/** A backend that asks for credentials and has no sign-in: what it can be given, for only its owner knows what it takes. */
function NeedsCredentials({ name, whole }: { name: string; whole: Whole | undefined }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  if (whole === undefined) return null;
  const { form, revision } = whole;
  const { connection } = form;
  const signIn = async (): Promise<void> => {
    if (connection.type === 'stdio') return;
    const next = { ...form, connection: { ...connection, auth: { strategy: 'oauth' as const } } };
    const saved = await run(() => client.backends.edit({ revision, name, form: next, secrets: [] }));
    if (saved === undefined) return;
    revisionWritten(saved.revision);
    await run(() => client.signIn.start({ backend: name }));
  };
  return (
    <div className={classes.ways}>
      {strategyOf(whole) === 'none' ? (
        <Button loading={running} onClick={() => void signIn()}>
          {words.signInBy.oauth}
        </Button>
      ) : null}
      <Button component="a" href={href('backends', name, 'edit')}>
        {words.signInBy.key}
      </Button>
      {strategyOf(whole) === 'none' ? (
        <Button component="a" href={href('headers')}>
          {words.signInBy.caller}
        </Button>
      ) : null}
    </div>
  );
}

function strategyOf(whole: Whole | undefined): string | undefined {
  if (whole === undefined || whole.form.connection.type === 'stdio') return undefined;
  return whole.form.connection.auth.strategy;
}
