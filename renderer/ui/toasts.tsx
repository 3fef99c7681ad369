import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { EventPayload } from '../../shared/control/contract.ts';
import type { Failure } from '../../shared/control/result.ts';
import { common } from '../strings/common.ts';
import { StateIcon } from './icon-state.tsx';

/** Says that something was done. */
export function tellDone(message: string): void {
  notifications.show({ message, icon: <StateIcon tone="ok" size={18} />, autoClose: 5_000 });
}

/** Says why the host refused, and what to do. */
export function tellFailure(failure: Failure): void {
  notifications.show({
    title: failure.message,
    message: (
      <>
        {failure.fix ?? null}
        <Text component="span" ff="monospace" fz={11} c="dimmed" ml={4}>
          {failure.code}
        </Text>
      </>
    ),
    icon: <StateIcon tone="bad" size={18} />,
    autoClose: 12_000,
  });
}

/** Passes on what the host has to tell, with the way to where it is mended. What it said before under the id goes. */
export function tellNotice({ id, level, message, fix, about }: EventPayload<'notices.raised'>): void {
  const tone = { info: 'busy', success: 'ok', warning: 'warn', error: 'bad' } as const;
  const text = fix === undefined ? message : `${message} ${fix}`;
  // The screen that it belongs to says it, too, and so does the overview.
  const inView = about !== undefined && window.location.hash === `#/${about}`;
  const calm = level === 'info' || level === 'success';
  notifications.hide(id);
  notifications.show({
    id,
    message:
      about === undefined ? (
        text
      ) : (
        <Group justify="space-between" wrap="nowrap">
          <span>{text}</span>
          <Button component="a" flex="none" href={`#/${about}`} onClick={() => notifications.hide(id)}>
            {common.open}
          </Button>
        </Group>
      ),
    icon: <StateIcon tone={tone[level]} size={18} />,
    // What stands nowhere else, such as the code of a sign-in, stays until it is put away.
    autoClose: calm || inView ? 8_000 : about === undefined ? false : 20_000,
  });
}

/** Says that something was removed, with the way back for as long as there is one. */
export function tellRemoved(message: string, until: number, takeBack: () => void): void {
  const id = `removed-${until}-${message}`;
  notifications.show({
    id,
    icon: <StateIcon tone="ok" size={18} />,
    autoClose: Math.max(4_000, Math.min(until - Date.now(), 20_000)),
    message: (
      <Group justify="space-between" wrap="nowrap">
        <span>{message}</span>
        <Button
          flex="none"
          onClick={() => {
            notifications.hide(id);
            takeBack();
          }}
        >
          {common.undo}
        </Button>
      </Group>
    ),
  });
}
