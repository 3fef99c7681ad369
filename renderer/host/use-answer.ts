import { type DependencyList, useCallback, useEffect, useRef, useState } from 'react';
import type { CallResult, Failure } from '../../shared/control/result.ts';

export type Answer<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly failure: Failure }
  | { readonly state: 'ready'; readonly value: Value };

/**
 * Asks the host on mount and whenever a dependency changes; the newest question wins. An answer already shown stays
 * while the next one is under way. `reload` asks again.
 */
export function useAnswer<Value>(
  ask: () => Promise<CallResult<Value>>,
  dependencies: DependencyList,
): { readonly answer: Answer<Value>; readonly reload: () => void } {
  const [answer, setAnswer] = useState<Answer<Value>>({ state: 'loading' });
  const newest = useRef(0);
  const reload = useCallback(() => {
    const turn = ++newest.current;
    void ask().then((result) => {
      if (turn !== newest.current) return;
      setAnswer(
        result.ok ? { state: 'ready', value: result.value } : { state: 'failed', failure: result.error },
      );
    });
    // biome-ignore lint/correctness/useExhaustiveDependencies: the caller states what its question depends on
  }, dependencies);
  useEffect(() => {
    reload();
    return () => {
      newest.current++;
    };
  }, [reload]);
  return { answer, reload };
}
