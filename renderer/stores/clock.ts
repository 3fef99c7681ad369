import { create } from 'zustand';

/** The time by the window's clock, to the second; one timer for all relative times. */
export const useClock = create<{ readonly now: number }>()(() => ({ now: Date.now() }));

/** Starts the clock; returns the function that stops it. */
export function startClock(): () => void {
  const timer = setInterval(() => useClock.setState({ now: Date.now() }), 1_000);
  return () => clearInterval(timer);
}
