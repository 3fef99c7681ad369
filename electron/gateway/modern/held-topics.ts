/** How a backend is told that somebody listens to a topic, and that nobody does any more. Neither rejects. */
export interface Topic {
  /** Asks the backend; whether it took the topic. */
  readonly begin: () => Promise<boolean>;
  readonly end: () => Promise<unknown>;
}

/** The resources and tasks that the listening requests of one anchor hold at its backends. */
export interface HeldTopics {
  /** Holds a topic, for which only the first one asks: whoever comes meanwhile waits for the same verdict. */
  hold(key: string, topic: Topic): Promise<boolean>;
  /** Lets go of a topic that was granted. The last one who held it tells the backend. */
  release(key: string): void;
  keys(): Iterable<string>;
}

interface Held {
  readonly topic: Topic;
  readonly granted: Promise<boolean>;
  count: number;
}

/** Makes the memory of one anchor, which holds no topic. */
export function createHeldTopics(): HeldTopics {
  const held = new Map<string, Held>();
  const ending = new Map<string, Promise<unknown>>();

  function letGo(key: string, { end }: Topic): void {
    held.delete(key);
    const over: Promise<unknown> = end().finally(() => {
      if (ending.get(key) === over) ending.delete(key);
    });
    ending.set(key, over);
  }

  /** Waits for the goodbye to the same topic: overtaken by it, the new request would be undone. */
  async function ask(key: string, topic: Topic): Promise<boolean> {
    await ending.get(key);
    const granted = await topic.begin();
    // A refusal may have been a time-out: what the backend may still take is given back.
    if (!granted) letGo(key, topic);
    return granted;
  }

  return {
    hold(key, topic) {
      const known = held.get(key) ?? { topic, granted: ask(key, topic), count: 0 };
      known.count++;
      held.set(key, known);
      return known.granted;
    },
    release(key) {
      const known = held.get(key);
      if (known !== undefined && --known.count <= 0) letGo(key, known.topic);
    },
    keys: () => held.keys(),
  };
}
