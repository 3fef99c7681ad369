import type { EventSource } from '../../../shared/control/contract.ts';
import type { ControlContext } from './context.ts';
import type { Notice } from './notices.ts';

type Line = EventSource<'backends.changed'>['backends'][number];

/** Tells windows how backends are now, and in words what has turned for the worse or is well again. */
export function tellBackendLines(
  context: ControlContext,
  backends: readonly Line[],
  removed: readonly string[] = [],
): void {
  context.raise('backends.changed', { backends: [...backends], removed: [...removed] });
  tellNotices(context, context.troubles.after(backends));
}

/** Tells windows something in passing. */
export function tellNotices({ raise, now }: ControlContext, notices: readonly Notice[]): void {
  for (const notice of notices) raise('notices.raised', { ...notice, at: now() });
}
