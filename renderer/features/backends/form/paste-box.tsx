import { Button, Select, Textarea } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { CallValue } from '../../../../shared/control/contract.ts';
import { useClient } from '../../../host/client-context.tsx';
import { useAction } from '../../../host/use-action.ts';
import { formWords as words } from '../../../strings/backends.ts';
import { StateLabel } from '../../../ui/icon-state.tsx';
import { Problems } from '../../../ui/problems.tsx';
import classes from './form.module.css';

type Parsed = CallValue<'backends.parsePaste'>;
export type PasteDraft = Parsed['drafts'][number];

/** Takes whatever a person has of a server and fills the form from it. Nothing is started or saved by pasting. */
export function PasteBox({ onDraft }: { onDraft: (draft: PasteDraft) => void }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState('');
  const [parsed, setParsed] = useState<Parsed>();
  const [chosen, setChosen] = useState(0);

  // Who comes here has something to paste.
  useEffect(() => field.current?.focus({ preventScroll: true }), []);

  const choose = (from: Parsed, index: number): void => {
    setChosen(index);
    const draft = from.drafts[index];
    if (draft !== undefined) onDraft(draft);
  };
  const parse = async (): Promise<void> => {
    const answer = await run(() => client.backends.parsePaste({ text }));
    if (answer === undefined) return;
    setParsed(answer);
    choose(answer, 0);
  };

  const draft = parsed?.drafts[chosen];
  return (
    <div className={classes.paste}>
      <Textarea
        ref={field}
        className={classes.mono}
        label={words.paste}
        description={words.pasteHint}
        value={text}
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div>
        <Button disabled={text.trim() === ''} loading={running} onClick={() => void parse()}>
          {words.pasteButton}
        </Button>
      </div>
      {parsed === undefined ? null : (
        <div role="status" className={classes.rows}>
          {parsed.drafts.length === 0 ? (
            <StateLabel tone="warn">{words.pasteNone}</StateLabel>
          ) : (
            <StateLabel tone="ok">{words.pasteFilled(parsed.drafts.length)}</StateLabel>
          )}
          {parsed.drafts.length > 1 ? (
            <Select
              label={words.pasteChoose}
              data={parsed.drafts.map(({ suggestedName }, index) => ({
                value: String(index),
                label: suggestedName,
              }))}
              value={String(chosen)}
              allowDeselect={false}
              onChange={(value) => choose(parsed, Number(value))}
            />
          ) : null}
          {draft !== undefined && draft.secrets.length > 0 ? (
            <span>{words.pasteSecrets(draft.secrets.length)}</span>
          ) : null}
          {draft?.replaces === undefined ? null : (
            <StateLabel tone="warn">{words.pasteReplaces(draft.replaces)}</StateLabel>
          )}
          {draft?.notes.map((note) => (
            <span key={note}>{note}</span>
          ))}
          <Problems problems={parsed.problems} />
        </div>
      )}
    </div>
  );
}
