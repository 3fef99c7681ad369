import { useDebouncedValue } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { useClient } from '../../../host/client-context.tsx';
import { useAnswer } from '../../../host/use-answer.ts';
import { formWords as words } from '../../../strings/backends.ts';
import { StateLabel } from '../../../ui/icon-state.tsx';
import type { Draft, SectionName } from './draft.ts';
import classes from './form.module.css';

/** Says what changed, what is still wrong, and what a save would do to live sessions. */
export function FormFoot({
  draft,
  existing,
  changed,
  wrong,
  children,
}: {
  draft: Draft;
  existing: string | undefined;
  changed: readonly SectionName[];
  wrong: number;
  children: ReactNode;
}): ReactNode {
  const client = useClient();
  const [settled] = useDebouncedValue(draft, 300);
  const ask = existing !== undefined && wrong === 0 && changed.length > 0;
  const { answer } = useAnswer<string | undefined>(async () => {
    if (!ask) return { ok: true, value: undefined };
    const checked = await client.backends.check({ name: existing, form: settled.form });
    return checked.ok ? { ok: true, value: checked.value.effects.summary } : checked;
  }, [client, settled, ask, existing]);
  const effects = answer.state === 'ready' ? answer.value : undefined;
  return (
    <div className={classes.foot}>
      <div className={classes.say} role="status">
        {wrong > 0 && changed.length > 0 ? (
          <StateLabel tone="bad">{words.problems(wrong)}</StateLabel>
        ) : (
          <span>
            {changed.length === 0
              ? words.nothingChanged
              : `${words.unsaved} ${changed.map((section) => words.sections[section]).join(', ')}`}
          </span>
        )}
        {effects === undefined ? null : <span>{effects}</span>}
      </div>
      <span className={classes.gap} />
      {children}
    </div>
  );
}
