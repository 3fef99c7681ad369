import { createContext, useContext } from 'react';
import type { ControlClient } from '../../shared/control/contract.ts';

const ClientContext = createContext<ControlClient | undefined>(undefined);

/** Gives the host's functions to everything below it. */
export const ClientProvider = ClientContext.Provider;

/** The host's functions. Throws outside of a `ClientProvider`: a defect of this program. */
export function useClient(): ControlClient {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error('No client is provided here');
  return client;
}
