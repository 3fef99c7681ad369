import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { headerWords } from '../../strings/headers.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { Section } from '../../ui/screen.tsx';
import { faceOf } from '../headers/plan-table.tsx';
import classes from './backend-detail.module.css';

/** The column of the plan table that belongs to one backend. */
export function OutgoingHeaders({ backend }: { backend: string }): ReactNode {
  const client = useClient();
  const configTurn = useGateway((state) => state.configTurn);
  const { signIn, secrets } = useGateway(({ turns }) => turns);
  const { answer, reload } = useAnswer(() => client.headers.plan({}), [client, configTurn, signIn, secrets]);
  return (
    <Section title={words.getsTitle} hint={words.getsHint}>
      <Pending answer={answer} reload={reload}>
        {({ table }) => {
          const column = table.backends.indexOf(backend);
          const cells = table.rows.flatMap(({ header, cells: row }) => {
            const cell = row[column];
            return cell === undefined || (cell.cell === 'not-sent' && cell.why === 'not-configured')
              ? []
              : [{ header, cell }];
          });
          const isProcess = ({ cell }: (typeof cells)[number]): boolean =>
            cell.cell === 'not-sent' && cell.why === 'process-takes-no-headers';
          if (cells.length > 0 && cells.every(isProcess)) {
            return <p className={classes.dim}>{words.getsProcess}</p>;
          }
          if (cells.length === 0) return <p className={classes.dim}>{words.getsNothing}</p>;
          return (
            <Table aria-label={words.getsTitle}>
              <Table.Tbody>
                {cells.map(({ header, cell }) => (
                  <Table.Tr key={header}>
                    <Table.Th scope="row" ff="monospace" fw={600}>
                      {header}
                    </Table.Th>
                    <Table.Td>
                      <StateLabel tone={faceOf(cell).tone ?? 'off'}>
                        {cell.cell === 'sent' ? headerWords.source[cell.source] : faceOf(cell).text}
                      </StateLabel>
                    </Table.Td>
                    <Table.Td ff="monospace">
                      {cell.cell === 'sent' ? (cell.plain ?? cell.identity ?? '') : ''}
                    </Table.Td>
                    <Table.Td c="dimmed" fz="xs">
                      {'place' in cell ? <code>{cell.place}</code> : 'message' in cell ? cell.message : ''}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          );
        }}
      </Pending>
    </Section>
  );
}
