import type { CallName, ControlClient } from './contract.ts';
import { CONTROL_CODES } from './control-codes.ts';
import { CALL_NAMES } from './parse.ts';
import { type CallResult, callResult } from './result.ts';

/** Carries one call to the host and its tagged result back; rejects only when the host cannot be reached. */
export type SendCall = (name: CallName, input: unknown) => Promise<unknown>;

/** Makes the window's side of the contract over any way of sending: Electron IPC, HTTP, or a host in the same process. */
export function createClient(send: SendCall): ControlClient {
  const groups: Record<string, Record<string, (input: unknown) => Promise<CallResult<unknown>>>> = {};
  for (const name of CALL_NAMES) {
    const [group = '', member = ''] = name.split('.');
    groups[group] ??= {};
    groups[group][member] = (input) => sent(send(name, input));
  }
  // One function for each name of the contract, by the loop above.
  return groups as unknown as ControlClient;
}

async function sent(answer: Promise<unknown>): Promise<CallResult<unknown>> {
  try {
    const { success, data } = callResult.safeParse(await answer);
    return success ? data : unreachable('The answer of the gateway could not be read.');
  } catch {
    // Why sending failed belongs to the carrier, which says so on its own; here it only means "no answer".
    return unreachable('The gateway did not answer.');
  }
}

function unreachable(message: string): CallResult<never> {
  return { ok: false, error: { code: CONTROL_CODES.unreachable, message, fix: 'Reload the window.' } };
}
