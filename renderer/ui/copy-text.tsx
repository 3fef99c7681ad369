import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { common } from '../strings/common.ts';

/** Copies a text; says that it did. */
export function CopyText({ value, label = common.copy }: { value: string; label?: string }): ReactNode {
  const clipboard = useClipboard({ timeout: 1_500 });
  const words = clipboard.copied ? common.copied : label;
  return (
    <Tooltip label={words}>
      <ActionIcon size="sm" aria-label={words} onClick={() => clipboard.copy(value)}>
        {clipboard.copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
