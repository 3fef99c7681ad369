import { Button, Table, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { common } from '../../strings/common.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import { tellDone } from '../../ui/toasts.tsx';
import classes from './settings.module.css';

type Made = CallValue<'tokens.create'>;
type TokenLine = CallValue<'tokens.list'>['tokens'][number];

/** The tokens of single clients: made and shown once, revoked after one question, since that cannot be undone. */
export function TokenList(): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.tokens);
  const { answer, reload } = useAnswer(() => client.tokens.list({}), [client, turn]);
  const { running, run } = useAction();
  const [name, setName] = useState('');
  const [made, setMade] = useState<Made>();

  const make = async (): Promise<void> => {
    const token = await run(() => client.tokens.create({ client: name.trim() }));
    if (token === undefined) return;
    setMade(token);
    setName('');
    reload();
  };
  const revoke = ({ tokenId, client: owner }: TokenLine): void => {
    modals.openConfirmModal({
      title: words.revokeTitle(owner),
      children: words.revokeText,
      labels: { confirm: words.revoke, cancel: common.cancel },
      confirmProps: { color: 'red', variant: 'filled' },
      onConfirm: () => {
        void run(() => client.tokens.revoke({ tokenId })).then((done) => {
          if (done === undefined) return;
          tellDone(words.revoked(done.sessionsEnded));
          reload();
        });
      },
    });
  };

  return (
    <Section title={words.tokensTitle} hint={words.tokensHint}>
      {made === undefined ? null : (
        <div className={classes.token} role="status">
          <b>{words.tokenTitle(made.token.client)}</b>
          <span>
            <code data-testid="token-value">{made.value}</code>{' '}
            <CopyText value={made.value} label={words.copyToken} />
          </span>
          <span>{words.tokenOnce}</span>
          <div>
            <Button onClick={() => setMade(undefined)}>{words.gotIt}</Button>
          </div>
        </div>
      )}
      <form
        className={classes.line}
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <TextInput
          label={words.tokenFor}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          w={240}
        />
        <Button type="submit" disabled={name.trim() === ''} loading={running}>
          {words.makeToken}
        </Button>
      </form>
      <Pending answer={answer} reload={reload}>
        {({ tokens }) =>
          tokens.length === 0 ? (
            <p className={classes.dim}>{words.tokensNone}</p>
          ) : (
            <Table mt={12} aria-label={words.tokensTitle}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{words.tokenFor}</Table.Th>
                  <Table.Th>{words.created}</Table.Th>
                  <Table.Th>{words.lastUsed}</Table.Th>
                  <Table.Th>{words.liveSessions}</Table.Th>
                  <Table.Td />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {tokens.map((token) => (
                  <Table.Tr key={token.tokenId}>
                    <Table.Td fw={600}>{token.client}</Table.Td>
                    <Table.Td>
                      {token.createdAt === undefined ? '' : <TimeAgo at={token.createdAt} />}
                    </Table.Td>
                    <Table.Td>
                      {token.lastUsedAt === undefined ? common.never : <TimeAgo at={token.lastUsedAt} />}
                    </Table.Td>
                    <Table.Td>{token.liveSessions}</Table.Td>
                    <Table.Td ta="right">
                      <Button
                        size="compact-xs"
                        aria-label={words.revokeName(token.client)}
                        onClick={() => revoke(token)}
                      >
                        {words.revoke}
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )
        }
      </Pending>
    </Section>
  );
}
