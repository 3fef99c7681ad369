import { Button } from '@mantine/core';
import { type ClipboardEvent, type ReactNode, useState } from 'react';
import { common } from '../strings/common.ts';

/** What a field of one line needs so that pasted line breaks do not vanish in silence. */
export interface LinePaste {
  readonly onPaste: (event: ClipboardEvent<HTMLInputElement>) => void;
  /** What was wrong with the text pasted last, until the value changes. */
  readonly error: ReactNode;
}

interface Pasted {
  readonly over: string;
  /** Of the first line break, counted from 1. */
  readonly position: number;
  /** The value without it, where nothing comes behind. */
  readonly trimmed: string | undefined;
}

/**
 * Browsers drop the line breaks of what is pasted into a field of one line, so that a wrong value would be saved and
 * nobody told. Here it is not taken: the place is named, and a break at the end may be left out by a click (STA-02).
 */
export function useLinePaste(value: string, take: (value: string) => void): LinePaste {
  const [pasted, setPasted] = useState<Pasted>();

  function onPaste(event: ClipboardEvent<HTMLInputElement>): void {
    const text = event.clipboardData.getData('text');
    const first = text.search(/[\r\n]/);
    if (first < 0) return;
    event.preventDefault();
    const { value: typed, selectionStart, selectionEnd } = event.currentTarget;
    const before = typed.slice(0, selectionStart ?? typed.length);
    const after = typed.slice(selectionEnd ?? typed.length);
    const isLast = !/[^\r\n]/.test(text.slice(first));
    const trimmed = isLast && first > 0 ? before + text.slice(0, first) + after : undefined;
    setPasted({ over: value, position: first + 1, trimmed });
  }

  if (pasted === undefined || pasted.over !== value) return { onPaste, error: undefined };
  const { position, trimmed } = pasted;
  if (trimmed === undefined) return { onPaste, error: common.pastedBreak(position) };
  const error = (
    <>
      {common.pastedLastBreak(position)}{' '}
      <Button size="compact-xs" onClick={() => take(trimmed)}>
        {common.leaveBreakOut}
      </Button>
    </>
  );
  return { onPaste, error };
}
