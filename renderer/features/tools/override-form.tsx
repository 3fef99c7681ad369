import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { common } from '../../strings/common.ts';
import { toolWords as words } from '../../strings/screens.ts';
import { Section } from '../../ui/screen.tsx';

/** A text of the user in place of the backend's: a name or a description. An empty one goes back to the original. */
export function OverrideForm({
  title,
  label,
  long,
  start,
  onSave,
  onClose,
}: {
  title: string;
  label: string;
  long: boolean;
  start: string;
  onSave: (text: string | null) => void;
  onClose: () => void;
}): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  const [text, setText] = useState(start);
  // Opened by a click: the field takes the focus.
  useEffect(() => form.current?.querySelector<HTMLElement>('input, textarea')?.focus(), []);
  const Field = long ? Textarea : TextInput;
  return (
    <Section title={title}>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault();
          onSave(text === '' ? null : text);
        }}
      >
        <Field
          label={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          maw={520}
        />
        <Group mt={8} gap={6}>
          <Button type="submit" variant="filled" disabled={text === start}>
            {common.save}
          </Button>
          <Button disabled={start === ''} onClick={() => onSave(null)}>
            {words.reset}
          </Button>
          <Button onClick={onClose}>{common.cancel}</Button>
        </Group>
      </form>
    </Section>
  );
}
