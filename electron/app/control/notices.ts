import { type BackendState, needsSomebody } from '../../../shared/control/backend-state.ts';
import type { EventSource } from '../../../shared/control/contract.ts';
import type { ProblemView } from '../../../shared/control/problem-view.ts';

export type Notice = Omit<EventSource<'notices.raised'>, 'at'>;
interface Line {
  readonly name: string;
  readonly status: BackendState;
}

/** More at once are told as one: nobody reads ten notes. */
const MOST = 3;

/** Follows the states of backends and tells each turn for the worse, and its end, once. */
export interface TroubleWatch {
  /** What is to be told now that the backends are in these states. */
  after(lines: readonly Line[]): readonly Notice[];
}

/** A backend that comes and goes while it is mended is one trouble, not many. */
export function createTroubleWatch(): TroubleWatch {
  const told = new Map<string, BackendState['state']>();

  function turn({ name, status }: Line): Notice[] {
    const id = `backend ${name}`;
    const about = `backends/${encodeURIComponent(name)}`.slice(0, 300);
    const before = told.get(name);
    // An entry that is wrong is told with the problems of the file.
    if (needsSomebody(status) && status.state !== 'invalid') {
      told.set(name, status.state);
      if (before === status.state || !('reason' in status)) return [];
      const { reason, fix } = status;
      const message = reason.includes(name) ? reason : `${name}: ${reason}`;
      return [{ id, level: 'warning', message, about, ...(fix === undefined ? {} : { fix }) }];
    }
    if (status.state === 'starting' || status.state === 'restarting') return [];
    told.delete(name);
    if (before === undefined || status.state !== 'ready') return [];
    return [{ id, level: 'success', message: `${name} is ready again.`, about }];
  }

  return {
    after(lines) {
      const notices = lines.flatMap(turn);
      const bad = notices.filter(({ level }) => level === 'warning');
      if (bad.length <= MOST) return notices;
      const names = lines.filter(({ name }) => bad.some(({ id }) => id === `backend ${name}`));
      const shown = names.slice(0, MOST).map(({ name }) => name);
      const message = `${bad.length} backends are not well: ${shown.join(', ')} and others.`;
      return [
        ...notices.filter(({ level }) => level !== 'warning'),
        { id: 'backends', level: 'warning', message, about: 'overview' },
      ];
    },
  };
}

/** What an edit of the file by hand has made wrong; what was wrong before is known. */
export function problemNotices(
  before: readonly ProblemView[],
  after: readonly ProblemView[],
): readonly Notice[] {
  const known = new Set(before.map(keyOf));
  const fresh = after.filter((found) => !known.has(keyOf(found)));
  const notices = fresh.slice(0, MOST).map((found): Notice => {
    const { code, place, message, fix, severity } = found;
    const id = `problem ${code} ${place}`.slice(0, 128);
    return { id, level: severity, message, fix, about: screenOf(found) };
  });
  const more = fresh.length - notices.length;
  if (more <= 0) return notices;
  const message = `${more} more entries of the configuration are wrong.`;
  return [...notices, { id: 'problems', level: 'warning', message, about: 'overview' }];
}

function keyOf({ code, place, message }: ProblemView): string {
  return `${code} ${place} ${message}`;
}

/** The screen on which it can be mended: collisions on the headers', an entry's own on its form. */
function screenOf({ code, place }: ProblemView): string {
  if (place.startsWith('passthroughHeaders') || code.startsWith('header.collision')) return 'headers';
  const backend = /^backends\.([A-Za-z0-9_-]+)/.exec(place)?.[1];
  if (backend !== undefined) return `backends/${backend}/edit`.slice(0, 300);
  return place.startsWith('gateway.auth') ? 'settings/callers' : 'settings/gateway';
}
