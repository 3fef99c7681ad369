import type { ControlApi, EventName, EventSource } from '../../../shared/control/contract.ts';
import { shapeEvent } from '../../../shared/control/parse.ts';
import { createListeners } from '../../secrets/change-listeners.ts';
import type { Patchbay } from '../patchbay.ts';
import { activityApi } from './activity.ts';
import { backendsApi } from './backends.ts';
import { clientsApi } from './clients.ts';
import { followConfig } from './config-events.ts';
import { createContext } from './context.ts';
import { createDrafts } from './drafts.ts';
import type { ControlExtras } from './extras.ts';
import { headersApi } from './headers.ts';
import { followGateway } from './live-events.ts';
import { secretsApi } from './secrets.ts';
import { sessionsApi } from './sessions.ts';
import { settingsApi } from './settings.ts';
import { type SignIns, signInApi } from './sign-in.ts';
import { statusApi } from './status.ts';
import { tokensApi } from './tokens.ts';
import { toolsApi } from './tools.ts';

/** Told of every event, its payload cut to the shape that the contract states. */
export type ControlListener = (name: EventName, payload: unknown) => void;

/** The host's side of the contract, over whatever it is carried. */
export interface Control extends Disposable {
  readonly api: ControlApi;
  subscribe(listener: ControlListener): Disposable;
}

/**
 * Makes the calls and events of the contract over a running Patchbay. Refusals are thrown as `ControlFault`;
 * `answerCall` makes tagged answers of them. Dispose of it before Patchbay drains.
 */
export function createControlApi(patchbay: Patchbay, extras: ControlExtras): Control {
  const listeners = createListeners<readonly [EventName, unknown]>();
  const raise = <Name extends EventName>(name: Name, payload: EventSource<Name>): void => {
    listeners.tell([name, shapeEvent(name, payload)]);
  };
  const context = createContext(patchbay, extras, raise);
  const drafts = context.owned.use(createDrafts());
  const signIns: SignIns = { attempts: new Map(), failures: new Map() };
  followGateway(context, signIns);
  followConfig(context);
  return {
    api: {
      status: statusApi(context),
      backends: backendsApi(context, drafts),
      headers: headersApi(context),
      sessions: sessionsApi(context),
      tools: toolsApi(context),
      activity: activityApi(context),
      settings: settingsApi(context),
      tokens: tokensApi(context),
      secrets: secretsApi(context),
      signIn: signInApi(context, signIns),
      clients: clientsApi(context, drafts),
    },
    subscribe: (listener) => listeners.add(([name, payload]) => listener(name, payload)),
    [Symbol.dispose]: () => context.owned.dispose(),
  };
}
