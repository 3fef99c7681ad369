import { Secret } from '../../secrets/secret.ts';
import { createSecretRegistry } from '../../secrets/secret-registry.ts';
import type { Patchbay } from '../patchbay.ts';

/** Masks in foreign text what a backend or client may echo: captured values of live sessions, and stored secrets. */
export interface Scrubber extends Disposable {
  text(text: string): string;
  /** The same for JSON of a backend; what cannot be read as JSON any more after masking is left out. */
  json(value: unknown): unknown;
}

/** Follows the sessions: their captured values are masked for as long as they live (B38, STA-07). */
export function createScrubber(patchbay: Patchbay, stored: (text: string) => string): Scrubber {
  const registry = createSecretRegistry();
  const held = new Map<string, readonly Disposable[]>();
  const follow = (
    session: Parameters<Parameters<typeof patchbay.listeners.sessionsChanged.add>[0]>[0],
  ): void => {
    if (held.has(session.handle)) return;
    held.set(
      session.handle,
      session.captured.map(({ value }) => registry.add(new Secret(value))),
    );
  };
  for (const session of patchbay.gateway.sessions.all()) follow(session);
  const subscription = patchbay.listeners.sessionsChanged.add(follow);

  /** Values of ended sessions go with the next look; until then masking too much does no harm. */
  function forgetEnded(): void {
    const live = new Set([...patchbay.gateway.sessions.all()].map(({ handle }) => handle));
    for (const [handle, registrations] of held) {
      if (live.has(handle)) continue;
      for (const registration of registrations) registration[Symbol.dispose]();
      held.delete(handle);
    }
  }

  const text = (given: string): string => stored(registry.scrub(given));
  return {
    text(given) {
      if (held.size > patchbay.gateway.sessions.size()) forgetEnded();
      return text(given);
    },
    json(value) {
      const given = JSON.stringify(value);
      if (given === undefined) return undefined;
      const clean = text(given);
      if (clean === given) return value;
      try {
        return JSON.parse(clean) as unknown;
      } catch {
        return null;
      }
    },
    [Symbol.dispose]() {
      subscription[Symbol.dispose]();
      held.clear();
    },
  };
}
