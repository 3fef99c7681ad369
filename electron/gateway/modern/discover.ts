import { META, MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import type { Gateway } from '../gateway.ts';
import { answerResult, type RouteContext } from '../routing/route.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { serverHello } from '../sessions/server-hello.ts';
import { NO_CACHING } from './modern-result.ts';

/** How long `server/discover` waits for backends that are opening, as `initialize` does. */
const WAIT_MS = 1_000;

/** Answers server/discover: the union of what the backends can; not to be kept, since late ones add to it. */
export function discoverHandler(gateway: Gateway) {
  return async (context: RouteContext): Promise<void> => {
    const { session } = context;
    await openingBackends(gateway, session);
    const { capabilities, instructions } = serverHello(session);
    // Tasks of the sessions era, which this era has an extension for.
    const { tasks: _, ...ours } = capabilities;
    const { ttlMs, scope } = NO_CACHING;
    answerResult(
      context,
      JSON.stringify({
        supportedVersions: [MODERN_VERSION],
        capabilities: ours,
        ...(instructions === '' ? {} : { instructions }),
        ttlMs,
        cacheScope: scope,
        _meta: { [META.serverInfo]: gateway.options.identity },
      }),
    );
  };
}

async function openingBackends(gateway: Gateway, session: ClientSession): Promise<void> {
  const opening = [...session.backends]
    .filter(([name, { session: one }]) => one.state().state === 'opening' && !gateway.unresponsive.has(name))
    .map(([, { session: one }]) => one.ready());
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, WAIT_MS);
  });
  await Promise.race([Promise.all(opening), limit]);
  clearTimeout(timer);
}
