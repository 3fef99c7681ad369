import { needsSomebody } from '../../../shared/control/backend-state.ts';
import type { Snapshot } from '../../stores/apply-event.ts';
import { overviewWords as words } from '../../strings/screens.ts';
import type { Tone } from '../../ui/icon-state.tsx';
import { clip } from '../../ui/visible-text.ts';
import { backendTone } from '../backends/backend-words.ts';

export interface AttentionItem {
  readonly key: string;
  readonly tone: Tone;
  readonly subject?: string;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly to: readonly string[];
}

/** Everything that waits for the user, the gravest first. */
export function attentionOf(snapshot: Snapshot): readonly AttentionItem[] {
  const { gateway, backends, sessions, problems, changedDefinitions, authMode } = snapshot;
  const items: AttentionItem[] = [];
  if (gateway.state === 'port-taken' || gateway.state === 'failed') {
    const { reason, fix } = gateway;
    items.push({
      key: 'gateway',
      tone: 'bad',
      subject: words.gatewayDown,
      message: reason,
      fix,
      to: ['settings'],
    });
  }
  if (authMode === 'anonymous') {
    const to = ['settings', 'callers'];
    items.push({ key: 'anonymous', tone: 'warn', message: words.anonymous, fix: words.anonymousFix, to });
  }
  for (const { name, status } of backends) {
    if (!needsSomebody(status) || !('reason' in status)) continue;
    const { reason, fix, state } = status;
    items.push({
      key: `backend ${name}`,
      tone: backendTone(state),
      ...(reason.startsWith(`${name} `) ? {} : { subject: name }),
      message: reason,
      fix,
      to: ['backends', name],
    });
  }
  for (const found of problems) {
    items.push({
      key: `problem ${found.code} ${found.place} ${found.message}`,
      tone: found.severity === 'error' ? 'bad' : 'warn',
      message: found.message,
      fix: found.fix,
      to:
        found.place.startsWith('passthroughHeaders') || found.code.startsWith('header.')
          ? ['headers']
          : ['settings'],
    });
  }
  if (changedDefinitions > 0) {
    const message = words.changedTools(changedDefinitions);
    items.push({ key: 'tools', tone: 'warn', message, fix: words.changedFix, to: ['tools'] });
  }
  for (const { session, client, drift } of sessions) {
    if (drift.length === 0) continue;
    const message = words.drifted(clip(client.name, 40));
    items.push({
      key: `drift ${session}`,
      tone: 'warn',
      message,
      fix: words.driftedFix,
      to: ['sessions', session],
    });
  }
  return items;
}
