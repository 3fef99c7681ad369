import { Select, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { wholeOrder } from './order.ts';
import { OrderEditor } from './order-editor.tsx';

type Settings = CallValue<'settings.get'>['settings'];
type Naming = Pick<Settings, 'conflicts' | 'prefixFormat' | 'order'>;

/** How names of two backends are kept apart; each way shows only what it depends on. */
export function CatalogFields({
  value,
  onChange,
}: {
  value: Naming;
  onChange: (change: Partial<Naming>) => void;
}): ReactNode {
  const backends = useSnapshot((snapshot) => snapshot.backends);
  const { conflicts, prefixFormat, order } = value;
  // What is not in the file cannot have a place in it.
  const names = backends.filter(({ builtIn }) => !builtIn).map(({ name }) => name);
  return (
    <>
      <Select
        label={words.conflicts}
        data={(['prefix', 'priority', 'manual'] as const).map((option) => ({
          value: option,
          label: words.conflictOptions[option],
        }))}
        value={conflicts}
        allowDeselect={false}
        onChange={(next) => onChange({ conflicts: next ?? 'prefix' })}
      />
      {conflicts === 'prefix' ? (
        <TextInput
          label={words.prefixFormat}
          value={prefixFormat}
          onChange={(event) => onChange({ prefixFormat: event.currentTarget.value })}
        />
      ) : null}
      {conflicts === 'priority' && names.length > 1 ? (
        <OrderEditor names={wholeOrder(order, names)} onChange={(next) => onChange({ order: [...next] })} />
      ) : null}
    </>
  );
}
