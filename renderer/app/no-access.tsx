import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { common } from '../strings/common.ts';
import classes from './no-access.module.css';

/** Stands in place of everything where the host cannot be reached at all. */
export function NoAccess({ why }: { why: keyof typeof common.noAccess }): ReactNode {
  const { title, text } = common.noAccess[why];
  return (
    <main className={classes.page}>
      <Title order={1} fz="lg">
        {title}
      </Title>
      <p>{text}</p>
    </main>
  );
}
