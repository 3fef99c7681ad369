import { Button } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { Facts } from '../../ui/facts.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import classes from './backend-detail.module.css';

type Command = NonNullable<CallValue<'backends.get'>['command']>;

/**
 * A command in full, argument by argument, with nothing cut: what is approved is what stands here (IMP-02). Approval
 * names the digest of what is shown, so a command that has changed since is not approved by this click.
 */
export function CommandPanel({
  name,
  command,
  onApproved,
}: {
  name: string;
  command: Command;
  /** Runs it once: nothing else would before a session opens. */
  onApproved: () => void;
}): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const approve = async (): Promise<void> => {
    const done = await run(() => client.backends.approve({ name, approval: command.approval }));
    if (done !== undefined) onApproved();
  };
  return (
    <section className={classes.command} data-waiting={!command.approved} aria-label={words.commandTitle}>
      <h3>
        {words.commandTitle} {command.approved ? <StateLabel tone="ok">{words.approved}</StateLabel> : null}
      </h3>
      <span className={classes.dim}>{words.commandHint}</span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <ol className={classes.argv} tabIndex={0} aria-label={words.commandTitle}>
        {command.argv.map((argument, index) => (
          // The order is what the arguments are.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index} title={index === 0 ? words.program : words.commandArgument(index)}>
            <ForeignText text={argument} max={Number.POSITIVE_INFINITY} />
          </li>
        ))}
      </ol>
      <Facts
        facts={[
          command.resolved === undefined
            ? [words.notFound, command.lookedIn.join(', ')]
            : [words.resolved, <code key="resolved">{command.resolved}</code>],
          [words.folder, <code key="folder">{command.cwd}</code>],
          [
            words.variables,
            <span key="variables" className={classes.chips}>
              {command.envNames.map((variable) => (
                <code key={variable}>{variable}</code>
              ))}
            </span>,
          ],
        ]}
      />
      {command.approved ? null : (
        <Button
          variant="filled"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={running}
          onClick={() => void approve()}
        >
          {words.run}
        </Button>
      )}
    </section>
  );
}
