import type { Control } from '../app/control/create-control-api.ts';
import type { Log } from '../log/log.ts';

/** What the tray says of the gateway, besides where it is. */
export interface TrayState {
  readonly sessions: number;
  /** Backends that are not well, by name. */
  readonly unwell: readonly string[];
}

interface Line {
  readonly name: string;
  readonly status: { readonly state: string };
}

const WELL: ReadonlySet<string> = new Set(['ready', 'idle', 'starting', 'disabled']);
/** Changes come in bursts; a menu that is made anew while it is open would close. */
const REST_MS = 1_000;

export function trayStateOf(sessions: number, backends: readonly Line[]): TrayState {
  return {
    sessions,
    unwell: backends.filter(({ status }) => !WELL.has(status.state)).map(({ name }) => name),
  };
}

/** The state in words: how many call, and what needs a person. */
export function trayWords({ sessions, unwell }: TrayState): {
  readonly calls: string;
  readonly needs?: string;
} {
  const calls = sessions === 1 ? '1 session' : `${sessions} sessions`;
  if (unwell.length === 0) return { calls };
  const [first = ''] = unwell;
  return { calls, needs: unwell.length === 1 ? `${first} needs you` : `${unwell.length} backends need you` };
}

/** Tells the state now and whenever it has changed, at most once a second. */
export function watchTrayState(
  { api, subscribe }: Pick<Control, 'api' | 'subscribe'>,
  sessions: () => number,
  tell: (state: TrayState) => void,
  log: Log,
): Disposable {
  let told = '';
  let waiting: NodeJS.Timeout | undefined;
  async function look(): Promise<void> {
    const { backends } = await api.backends.list({});
    const state = trayStateOf(sessions(), backends);
    const text = JSON.stringify(state);
    if (text !== told) tell(state);
    told = text;
  }
  const lookNow = (): void => {
    look().catch(() => log.warn('the state for the tray could not be read'));
  };
  const subscription = subscribe((name) => {
    if (waiting !== undefined || (name !== 'backends.changed' && name !== 'sessions.changed')) return;
    waiting = setTimeout(() => {
      waiting = undefined;
      lookNow();
    }, REST_MS);
  });
  lookNow();
  return {
    [Symbol.dispose]() {
      clearTimeout(waiting);
      subscription[Symbol.dispose]();
    },
  };
}
