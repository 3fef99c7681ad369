import { differsFromCaptured } from '../../../shared/headers/capture.ts';
import type { ClientSession } from './client-session.ts';

/** Marks headers that a later request sends differently. The captured value stays in force (contract 1.3). */
export function noteDrift(session: ClientSession, rawHeaders: readonly string[], now: number): boolean {
  if (session.allowlist.length === 0) return false;
  let isNew = false;
  for (const name of differsFromCaptured(rawHeaders, session.allowlist, session.captured)) {
    if (session.drift.has(name)) continue;
    session.drift.set(name, now);
    isNew = true;
  }
  return isNew;
}
