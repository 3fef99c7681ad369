import { useCallback, useState } from 'react';
import type { CallResult } from '../../shared/control/result.ts';
import { tellFailure } from '../ui/toasts.tsx';

/**
 * Runs one call at a time on a click: `running` is for the button, a refusal is told as a toast.
 * Gives the value, or undefined where the host refused.
 */
export function useAction(): {
  readonly running: boolean;
  readonly run: <Value>(call: () => Promise<CallResult<Value>>) => Promise<Value | undefined>;
} {
  const [running, setRunning] = useState(false);
  const run = useCallback(async <Value>(call: () => Promise<CallResult<Value>>) => {
    setRunning(true);
    const result = await call();
    setRunning(false);
    if (result.ok) return result.value;
    tellFailure(result.error);
    return undefined;
  }, []);
  return { running, run };
}
