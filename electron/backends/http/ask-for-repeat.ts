import { type HttpHandle, sendHttp } from './http-exchange.ts';
import { isEventStream, type ResumeOptions } from './resume-call.ts';

/** How long a backend may take to say whether it repeats events, in ms. */
const ANSWER_MS = 5_000;

/**
 * Asks by GET with `Last-Event-ID` whether a backend repeats what came after this event, and leaves the answer unread:
 * the call's present stream must not be given up for a refusal. `told` is called once; 409 says that the events are
 * there and that the present stream is in the way (SDK servers).
 */
export function askForRepeat(
  { backend, url, pool, headers }: Pick<ResumeOptions, 'backend' | 'url' | 'pool' | 'headers'>,
  lastEventId: string,
  told: (does: boolean) => void,
): void {
  let handle: HttpHandle | undefined;
  let over = false;
  const timer = setTimeout(() => finish(false), ANSWER_MS);
  timer.unref();

  function finish(does: boolean): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    handle?.abort();
    told(does);
  }

  headers(
    lastEventId,
    (built) => {
      if (over) return;
      handle = sendHttp(
        pool,
        { backend, url, method: 'GET', headers: built.flat },
        {
          started: ({ status, header }) =>
            finish(status === 409 || (status === 200 && isEventStream(header('content-type')))),
          data: () => undefined,
          ended: () => finish(false),
          failed: () => finish(false),
        },
      );
    },
    () => finish(false),
  );
}
