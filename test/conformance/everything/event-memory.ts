import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';

/** The events of one session, so that a client that lost its stream can take it up again. */
export function createEventMemory(): EventStore {
  const events: { readonly stream: string; readonly message: JSONRPCMessage }[] = [];
  return {
    async storeEvent(stream, message) {
      events.push({ stream, message });
      return String(events.length - 1);
    },
    async getStreamIdForEventId(id) {
      return events[Number(id)]?.stream;
    },
    async replayEventsAfter(id, { send }) {
      const from = Number(id);
      const stream = events[from]?.stream ?? '';
      for (let at = from + 1; at < events.length; at++) {
        const event = events[at];
        // The first event of a stream is empty: it only carries an id.
        if (event?.stream === stream && 'jsonrpc' in event.message) await send(String(at), event.message);
      }
      return stream;
    },
  };
}
