import { readServerSentEvents } from './read-server-sent-events.ts';
import type { EventListener, LinkListener, Transport } from './transport.ts';

const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;

/**
 * Reaches a headless host over HTTP: `POST control/<name>` for calls, `GET events` for server-sent events. The events
 * are read with fetch, since the token travels in a header and EventSource has none.
 * A broken stream is opened again with a growing wait, for as long as the subscription lasts.
 */
export function httpTransport(token: string, base = ''): Transport {
  const authorization = { Authorization: `Bearer ${token}` };
  return {
    send: async (name, input) => {
      const response = await fetch(`${base}control/${name}`, {
        method: 'POST',
        headers: { ...authorization, 'Content-Type': 'application/json' },
        body: JSON.stringify(input),
        cache: 'no-store',
      });
      const answer: unknown = await response.json();
      return answer;
    },
    subscribe: (onEvent, onLink) => {
      const ended = new AbortController();
      void listen(`${base}events`, authorization, ended.signal, onEvent, onLink);
      return () => ended.abort();
    },
  };
}

async function listen(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onEvent: EventListener,
  onLink: LinkListener,
): Promise<void> {
  let wait = FIRST_WAIT;
  while (!signal.aborted) {
    try {
      const response = await fetch(address, { headers, signal, cache: 'no-store' });
      if (response.ok && response.body !== null) {
        onLink('live');
        wait = FIRST_WAIT;
        await readServerSentEvents(response.body, onEvent);
      }
    } catch {
      // Unreachable or cut off: both are told below, and tried again.
    }
    if (signal.aborted) return;
    onLink('lost');
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
