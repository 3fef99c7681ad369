import type { ErrorCode } from '../../../../shared/errors/codes.ts';

const FIXES: Readonly<Partial<Record<ErrorCode, string>>> = {
  'backend.unreachable': 'Check its address and whether it runs; it is tried again.',
  'backend.timeout': 'Look at the backend; it is tried again.',
  'backend.faulty-answer': 'Check that the address is that of an MCP server.',
  'backend.redirect-refused': 'Write the address that the backend redirects to.',
  'backend.needs-caller-header': 'Let the client send the header when it connects.',
  'backend.needs-sign-in': 'Sign in, or set its secret.',
  'backend.needs-approval': 'Read the command, then allow it.',
  'backend.cannot-start': 'Correct the command, then restart the backend.',
  'backend.crashed': 'Test it to see its output, correct it, then restart it.',
  'backend.not-protocol': 'Check that the command starts an MCP server over stdio.',
  'gateway.overloaded': 'Close what is not needed, or raise the limit of open files; it is tried again.',
  'secret.missing': 'Set the secret.',
  'secret.locked': 'Unlock the keychain, then ask again.',
  'secret.absent': 'Give the secrets in PATCHBAY_SECRETS, or set up a keychain.',
  'header.collision': 'Remove one of the two sources.',
};

/**
 * The reason of a failure as a sentence for the window: what follows it, such as a way out, is another one. A client is
 * told in the same reason which backend it is and where to sign in; in the window both are in view.
 */
export function asSentence(reason: string): string {
  const bare = reason.replace(/^Backend "[^"]*": /, '').replace(/ Sign in to it in Patchbay\.$/, '');
  return /[.!?…]$/.test(bare) ? bare : `${bare}.`;
}

/** What mends a failure, where one sentence can say it. */
export function wayOutOf(code: string): { readonly fix?: string } {
  const fix = FIXES[code as ErrorCode];
  return fix === undefined ? {} : { fix };
}
