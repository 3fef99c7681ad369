import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useCallback } from 'react';

// Without it, Mantine writes a style element at each switch, which the policy of threats.md 1.6 forbids.
const KEEP = { keepTransitions: true };

/** Switches to the other of light and dark. */
export function useToggleScheme(): () => void {
  const { setColorScheme } = useMantineColorScheme(KEEP);
  const dark = useComputedColorScheme('light') === 'dark';
  return useCallback(() => setColorScheme(dark ? 'light' : 'dark'), [setColorScheme, dark]);
}
