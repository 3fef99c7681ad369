import { Button, Table, Textarea } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import type { SecretValue } from '../../../shared/control/vocabulary.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { headerWords } from '../../strings/headers.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel, type Tone } from '../../ui/icon-state.tsx';
import { Problems } from '../../ui/problems.tsx';
import { Section } from '../../ui/screen.tsx';
import { pastedValue } from './pasted-value.ts';
import { type CellValue, PlanTableView } from './plan-table.tsx';

const words = headerWords.sim;
type Simulation = CallValue<'headers.simulate'>;

const TONES: Readonly<Record<Simulation['fields'][number]['fate'], Tone>> = {
  captured: 'ok',
  ignored: 'off',
  refused: 'bad',
  'used-by-us': 'locked',
};

/** What a client would send, and what would come of it: header by header, backend by backend. */
export function Simulator(): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [text, setText] = useState('');
  // The answer points at lines; the text that it was made for is kept beside it, and forgotten with the screen.
  const [result, setResult] = useState<{ simulation: Simulation; pasted: string }>();

  const simulate = async (): Promise<void> => {
    const simulation = await run(() => client.headers.simulate({ pasted: text as SecretValue }));
    if (simulation !== undefined) setResult({ simulation, pasted: text });
  };

  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void simulate();
        }}
      >
        <Textarea
          label={words.paste}
          placeholder={words.placeholder}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={12}
          maw={720}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Button type="submit" variant="filled" mt={8} mb={24} disabled={text.trim() === ''} loading={running}>
          {words.run}
        </Button>
      </form>
      {result === undefined ? null : <Outcome {...result} />}
    </>
  );
}

function Outcome({ simulation, pasted }: { simulation: Simulation; pasted: string }): ReactNode {
  if (simulation.fields.length === 0) return <p>{words.none}</p>;
  const lines = pasted.split('\n');
  const values = new Map(
    simulation.fields.map(({ name, line }) => [foldName(name), pastedValue(lines[line - 1] ?? '', name)]),
  );
  const knownValue: CellValue = (header, cell) => {
    if (cell.cell !== 'sent') return undefined;
    if (cell.source === 'passthrough') return values.get(foldName(header));
    return cell.source === 'secret' || cell.source === 'auth' ? headerWords.cell.masked : undefined;
  };
  return (
    <div role="status">
      <p>
        <StateLabel tone={simulation.outcome === 'session-opens' ? 'ok' : 'bad'}>
          {simulation.outcome === 'session-opens' ? words.opens : words.refused}
        </StateLabel>
      </p>
      <Problems problems={simulation.problems} />
      <Section title={words.fieldsTitle}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.name}</Table.Th>
              <Table.Th>{words.value}</Table.Th>
              <Table.Th>{words.fate}</Table.Th>
              <Table.Th>{words.why}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {simulation.fields.map(({ name, line, fate, message }) => (
              <Table.Tr key={line}>
                <Table.Td>
                  <ForeignText text={name} mono max={64} />
                </Table.Td>
                <Table.Td>
                  <ForeignText text={pastedValue(lines[line - 1] ?? '', name)} mono max={60} />
                </Table.Td>
                <Table.Td>
                  <StateLabel tone={TONES[fate]}>{words.fates[fate]}</StateLabel>
                </Table.Td>
                <Table.Td>{message}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Section>
      <Section title={words.tableTitle} hint={words.tableHint}>
        <PlanTableView table={simulation.table} label={words.tableTitle} knownValue={knownValue} />
      </Section>
    </div>
  );
}
