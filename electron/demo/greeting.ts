/** The one thing of the demo backend that changes: a greeting, and who wants to hear when it does. */
export interface Greeting {
  /** The text as it stands. */
  read(): string;
  /** Changes the text and tells every subscriber; resolves to the number of subscribers told. */
  touch(): Promise<number>;
  /** `notify` is called after each change, until the returned function has been called. */
  subscribe(notify: () => Promise<void>): () => void;
}

/** A greeting shared by all sessions of one demo backend. */
export function createGreeting(): Greeting {
  const subscribers = new Set<() => Promise<void>>();
  let changes = 0;
  return {
    read: () => `Hello from the echo backend (changed ${changes} times).`,
    touch: async () => {
      changes += 1;
      const told = await Promise.allSettled([...subscribers].map((notify) => notify()));
      return told.filter((outcome) => outcome.status === 'fulfilled').length;
    },
    subscribe: (notify) => {
      subscribers.add(notify);
      return () => void subscribers.delete(notify);
    },
  };
}
