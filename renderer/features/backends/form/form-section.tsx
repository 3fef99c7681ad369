import { type ReactNode, useId } from 'react';
import type { Problem } from '../../../../shared/errors/problem.ts';
import { formWords } from '../../../strings/backends.ts';
import { Problems } from '../../../ui/problems.tsx';
import type { SectionName } from './draft.ts';
import classes from './form.module.css';

/** One section of the form with what is wrong in it. */
export function FormSection({
  section,
  problems,
  children,
}: {
  section: SectionName;
  problems: readonly Problem[];
  children: ReactNode;
}): ReactNode {
  const heading = useId();
  return (
    <section className={classes.section} aria-labelledby={heading}>
      <h3 id={heading}>{formWords.sections[section]}</h3>
      {children}
      <div aria-live="polite">
        <Problems problems={problems} />
      </div>
    </section>
  );
}
