import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { common } from '../../strings/common.ts';
import { activityWords as words } from '../../strings/screens.ts';
import type { Stats } from './chart-data.ts';

/** The figures of the charts as a table, of all backends. */
export function ChartFigures({ backends }: { backends: Stats }): ReactNode {
  const figure = (value: number | undefined): string =>
    value === undefined ? '' : common.milliseconds(value);
  return (
    <Table mt={16} aria-label={words.tableLabel(words.callsAndFailures)}>
      <Table.Thead>
        <Table.Tr>
          {[words.backend, words.calls, words.failed, words.p50, words.p95, words.p99].map((title) => (
            <Table.Th key={title}>{title}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {backends.map(({ backend, calls, failed, p50, p95, p99 }) => (
          <Table.Tr key={backend}>
            <Table.Td fw={600}>{backend}</Table.Td>
            <Table.Td>{calls.toLocaleString('en')}</Table.Td>
            <Table.Td>{failed.toLocaleString('en')}</Table.Td>
            <Table.Td>{figure(p50)}</Table.Td>
            <Table.Td>{figure(p95)}</Table.Td>
            <Table.Td>{figure(p99)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
