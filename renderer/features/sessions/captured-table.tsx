import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CapturedHeaderView, DriftView } from '../../../shared/sessions/header-view.ts';
import { common } from '../../strings/common.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { StateIcon } from '../../ui/icon-state.tsx';
import { clockTime, exactTime } from '../../ui/relative-time.ts';
import { RevealValue } from './reveal-value.tsx';
import classes from './session-detail.module.css';

/** Captured headers: everything about them but their values, which are a click away for 30 s. */
export function CapturedTable({
  session,
  backend,
  captured,
  drift,
}: {
  session: string;
  backend?: string;
  captured: readonly CapturedHeaderView[];
  drift: readonly DriftView[];
}): ReactNode {
  return (
    <Table.ScrollContainer minWidth={480} type="native">
      <Table aria-label={words.capturedTitle} className={classes.captured}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.name}</Table.Th>
            <Table.Th>{words.length}</Table.Th>
            <Table.Th title={words.fingerprintHint}>{words.fingerprint}</Table.Th>
            <Table.Th>{words.time}</Table.Th>
            <Table.Th>{words.value}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {captured.map(({ name, bytes, fingerprint, capturedAt }) => (
            <Table.Tr key={name}>
              <Table.Td ff="monospace" fw={600}>
                {name}{' '}
                {drift.some((found) => found.name === name) ? (
                  <StateIcon tone="warn" label={words.drifted} size={12} />
                ) : null}
              </Table.Td>
              <Table.Td>{common.bytes(bytes)}</Table.Td>
              <Table.Td>
                <code>#{fingerprint}</code>
              </Table.Td>
              <Table.Td title={exactTime(capturedAt)}>{clockTime(capturedAt, true)}</Table.Td>
              <Table.Td>
                <RevealValue session={session} backend={backend} name={name} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
