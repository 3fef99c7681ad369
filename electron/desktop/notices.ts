import { randomBytes } from 'node:crypto';
import type { EventSource } from '../../shared/control/contract.ts';
import { shapeEvent } from '../../shared/control/parse.ts';
import { createListeners } from '../secrets/change-listeners.ts';

type Notice = EventSource<'notices.raised'>;

/** What the host tells the window once, in passing. */
export interface Notices {
  raise(notice: Pick<Notice, 'level' | 'message'>): void;
  subscribe(listener: (name: string, payload: unknown) => void): Disposable;
}

export function createNotices(): Notices {
  const listeners = createListeners<unknown>();
  return {
    raise: (notice) =>
      listeners.tell(
        shapeEvent('notices.raised', { id: randomBytes(8).toString('hex'), at: Date.now(), ...notice }),
      ),
    subscribe: (listener) => listeners.add((payload) => listener('notices.raised', payload)),
  };
}

/** The words around a code for the consent page. The client chose its name, so nothing hidden in it is passed on. */
export function codeNotice(client: string, code: string): Pick<Notice, 'level' | 'message'> {
  const name = client.replaceAll(/\p{C}/gu, '?').slice(0, 80);
  return { level: 'warning', message: `Sign-in of “${name}”: the code for its page is ${code}.` };
}
