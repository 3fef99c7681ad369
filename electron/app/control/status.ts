import type { CallAnswer, ControlApi } from '../../../shared/control/contract.ts';
import { DEMO_BACKEND } from '../effective-config.ts';
import { backendLines } from './backend-lines.ts';
import type { ControlContext } from './context.ts';
import { refuseProblems } from './refuse.ts';
import { summaries } from './sessions.ts';
import { catalogFigures } from './tools.ts';

type GatewayState = CallAnswer<'status.retryListening'>;

const MINUTE_MS = 60_000;

/** The calls about the whole. */
export function statusApi(context: ControlContext): ControlApi['status'] {
  const { patchbay, extras, now } = context;
  return {
    async snapshot() {
      const { revision, problems } = patchbay.configFile.current();
      const config = patchbay.config();
      const backends = await backendLines(context);
      return {
        version: patchbay.version,
        host: extras.host,
        now: now(),
        gateway: gatewayState(context),
        authMode: config.gateway.auth.mode,
        keychain: await patchbay.secrets.status(),
        revision,
        backends,
        sessions: summaries(context),
        passthroughHeaders: [...config.passthroughHeaders],
        problems: problems.slice(0, 1_000),
        callsLastMinute: callsLastMinute(context),
        changedDefinitions: catalogFigures(context).changedDefinitions,
        empty: backends.every(({ builtIn }) => builtIn),
        demo: backends.some(({ name, builtIn }) => builtIn && name === DEMO_BACKEND),
      };
    },
    async retryListening() {
      const { listening } = patchbay;
      await listening.retry();
      const gateway = gatewayState(context);
      context.raise('status.changed', { gateway, callsLastMinute: callsLastMinute(context) });
      const trouble = listening.trouble();
      // Where it listens still, at its place before, the state alone does not tell.
      if (trouble !== undefined && listening.isBound()) refuseProblems([trouble]);
      return gateway;
    },
  };
}

/** Whether the gateway takes calls, and where. */
export function gatewayState({ patchbay, now }: ControlContext): GatewayState {
  if (patchbay.gateway.draining) return { state: 'draining', until: now() };
  const { url, listening, wallTime } = patchbay;
  const port = listening.port();
  const trouble = listening.trouble();
  if (trouble !== undefined && !listening.isBound()) {
    return { state: 'port-taken', port, reason: trouble.message, fix: trouble.fix };
  }
  return { state: 'listening', endpoint: url, port, since: wallTime(listening.since()) };
}

export function callsLastMinute({ patchbay, now }: ControlContext): number {
  return patchbay.activity.countSince(now() - MINUTE_MS);
}
