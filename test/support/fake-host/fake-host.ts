import type { ControlApi, EventName, EventSource } from '../../../shared/control/contract.ts';
import { shapeEvent } from '../../../shared/control/parse.ts';
import { activityApi } from './api-activity.ts';
import { backendsApi } from './api-backends.ts';
import { headersApi } from './api-headers.ts';
import { clientsApi, secretsApi, settingsApi, signInApi, statusApi, tokensApi } from './api-rest.ts';
import { sessionsApi } from './api-sessions.ts';
import { toolsApi } from './api-tools.ts';
import { createWorld, type World, type WorldOptions } from './world.ts';

export interface FakeHost {
  readonly api: ControlApi;
  readonly world: World;
  readonly subscribe: (listener: (name: string, payload: unknown) => void) => () => void;
}

/** A host without a gateway: every call of the contract over samples in memory. For developing and testing the window. */
export function createFakeHost(options: WorldOptions = {}): FakeHost {
  const listeners = new Set<(name: string, payload: unknown) => void>();
  const emit = <Name extends EventName>(name: Name, payload: EventSource<Name>): void => {
    const shaped = shapeEvent(name, payload);
    for (const listener of listeners) listener(name, shaped);
  };
  const world = createWorld(emit, options);
  const api: ControlApi = {
    status: statusApi(world),
    backends: backendsApi(world),
    headers: headersApi(world),
    sessions: sessionsApi(world),
    tools: toolsApi(world),
    activity: activityApi(world),
    settings: settingsApi(world),
    tokens: tokensApi(world),
    secrets: secretsApi(world),
    signIn: signInApi(world),
    clients: clientsApi(world),
  };
  return {
    api,
    world,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
