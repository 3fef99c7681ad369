import { Button, Loader } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { Failure } from '../../shared/control/result.ts';
import type { Answer } from '../host/use-answer.ts';
import { common } from '../strings/common.ts';
import { EmptyState } from './empty-state.tsx';

const PATIENCE = 300;

/** Shows an answer; until it is there, progress after 0.3 s; where it failed, why and a way to ask again. */
export function Pending<Value>({
  answer,
  reload,
  children,
}: {
  answer: Answer<Value>;
  reload: () => void;
  children: (value: Value) => ReactNode;
}): ReactNode {
  switch (answer.state) {
    case 'loading':
      return <Patience />;
    case 'failed':
      return <FailureNote failure={answer.failure} reload={reload} />;
    case 'ready':
      return children(answer.value);
  }
}

/** Why something is not shown, and a way to ask again. */
export function FailureNote({ failure, reload }: { failure: Failure; reload: () => void }): ReactNode {
  return (
    <EmptyState title={failure.message} actions={<Button onClick={reload}>{common.retry}</Button>}>
      {failure.fix ?? null}
    </EmptyState>
  );
}

/** Progress, shown only to those who have to wait. */
export function Patience(): ReactNode {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return late ? <Loader role="status" aria-label={common.loading} m="md" /> : null;
}
