import { randomInt } from 'node:crypto';
import { dropOldest } from '../../shared/collections/drop-oldest.ts';

/** Shows a person the code that a consent page asks for: in the window, or on the terminal. */
export type ShowCode = (clientName: string, code: string) => void;

/** Sign-ins under way that are remembered at once. */
const KEPT = 20;

/**
 * Makes one code of six digits per sign-in and shows it once. Without it any program of this machine that reaches the
 * port could agree in the person's place (threats.md 1.2).
 */
export function createConfirmationCodes(show: ShowCode): (signIn: string, clientName: string) => string {
  const codes = new Map<string, string>();
  return (signIn, clientName) => {
    const known = codes.get(signIn);
    if (known !== undefined) return known;
    const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
    codes.set(signIn, code);
    dropOldest(codes, KEPT);
    show(clientName, code);
    return code;
  };
}
