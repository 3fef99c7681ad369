import { META, MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import type { Gateway } from '../gateway.ts';
import { answerResult, type RouteContext } from '../routing/route.ts';
import { awaitBackends } from '../sessions/await-backends.ts';
import { serverHello } from '../sessions/server-hello.ts';
import { NO_CACHING } from './modern-result.ts';

/** Answers server/discover: the union of what the backends can; not to be kept, since late ones add to it. */
export function discoverHandler(gateway: Gateway) {
  return async (context: RouteContext): Promise<void> => {
    const { session } = context;
    await awaitBackends(gateway, session);
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
