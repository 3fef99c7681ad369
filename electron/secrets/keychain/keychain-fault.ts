import type { KeychainAnswer } from './keychain-caller.ts';

/** Why the keychain cannot be used now, in the two states that the port knows. */
export interface KeychainFault {
  readonly state: 'locked' | 'absent';
  readonly reason: string;
}

const ABSENT: readonly RegExp[] = [
  /autolaunch D-Bus/i,
  /not provided by any \.service/i,
  /ServiceUnknown/,
  /could not connect|failed to connect/i,
  /cannot open shared object|cannot find (module|package)|no native build/i,
];

/**
 * Reads a failed call. Linux says in words only what is wrong: no bus, no service on it, no libsecret mean that there is
 * no keychain; everything else is a keychain that does not open now.
 */
export function readFault(answer: Extract<KeychainAnswer, { ok: false }>): KeychainFault {
  if ('unanswered' in answer) {
    return { state: 'locked', reason: 'The keychain does not answer; it may be waiting for your password.' };
  }
  const said = printable(answer.message);
  if (ABSENT.some((pattern) => pattern.test(answer.message))) {
    return { state: 'absent', reason: `There is no keychain service here (${said}).` };
  }
  return { state: 'locked', reason: `The keychain is locked or refused the call (${said}).` };
}

/** The system's own words, kept on one line and short. */
function printable(message: string): string {
  const line = message.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line.replace(/\.$/, '');
}
