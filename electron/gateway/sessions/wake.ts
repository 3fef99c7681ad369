import type { Gateway } from '../gateway.ts';

/** After sleep or a lost network: backends that are down are tried at once instead of at the end of their back-off. */
export async function wakeBackends(gateway: Gateway): Promise<void> {
  const attempts: Promise<unknown>[] = [];
  for (const session of gateway.sessions.all()) {
    for (const { session: backend } of session.backends.values()) {
      if (backend.state().state === 'down') attempts.push(backend.ready());
    }
  }
  await Promise.allSettled(attempts);
}
