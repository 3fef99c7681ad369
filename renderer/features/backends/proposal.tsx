import { Button, Group, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { go, href } from '../../app/router.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { type ProposedDraft, proposeDraft } from '../../stores/proposed-draft.ts';
import { formWords, proposalWords as words } from '../../strings/backends.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { Problems } from '../../ui/problems.tsx';
import classes from './form/form.module.css';

type Parsed = CallValue<'backends.parsePaste'>;

function openForm(draft: ProposedDraft): void {
  proposeDraft(draft);
  go('backends', '+');
}

/**
 * Where every deep link ends: its whole text, nothing hidden or cut, and cancel as the default (IMP-02). It leads into
 * the form of a new backend at most, where the command is read once more before anything is added.
 */
export function Proposal({ text }: { text: string }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [parsed, setParsed] = useState<Parsed>();
  const cancel = useRef<HTMLAnchorElement>(null);
  useEffect(() => cancel.current?.focus(), []);

  const parse = async (): Promise<void> => {
    const answer = await run(() => client.backends.parsePaste({ text }));
    const [only, ...others] = answer?.drafts ?? [];
    if (only !== undefined && others.length === 0) openForm(only);
    else setParsed(answer);
  };
  return (
    <div className={classes.form}>
      <Title order={2} className={classes.title}>
        {words.title}
      </Title>
      <p>{words.lead}</p>
      <div className={classes.paste} data-testid="proposal">
        <ForeignText text={text} max={Number.POSITIVE_INFINITY} block mono />
      </div>
      <Group>
        <Button component="a" ref={cancel} href={href('backends')} variant="filled">
          {words.cancel}
        </Button>
        <Button loading={running} onClick={() => void parse()}>
          {words.fill}
        </Button>
      </Group>
      {parsed === undefined ? null : (
        <div role="status" className={classes.rows}>
          {parsed.drafts.length === 0 ? <StateLabel tone="warn">{formWords.pasteNone}</StateLabel> : null}
          {parsed.drafts.map((draft) => (
            <div key={draft.draft}>
              <Button onClick={() => openForm(draft)}>{words.use(draft.suggestedName)}</Button>
            </div>
          ))}
          <Problems problems={parsed.problems} />
        </div>
      )}
    </div>
  );
}
