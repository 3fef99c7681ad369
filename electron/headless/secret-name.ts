import type { Command } from 'commander';
import { parseHeaderName } from '../../shared/headers/name.ts';
import type { SecretRef } from '../secrets/secret-store.ts';

/** A secret of a backend as the command line names it. */
export type SecretName = Omit<SecretRef, 'backend'>;

const USAGE = 'error: write header:NAME, env:NAME or auth:NAME; the value comes on standard input only';

/**
 * Reads `header:NAME`, `env:NAME` or `auth:NAME`; ends the command as wrong usage for anything else. Not an argument
 * parser of commander's: its message quotes the argument, and somebody may have put the value there.
 * For the same reason it looks for arguments too many by itself.
 */
export function readSecretName(command: Command, text: string): SecretName {
  if (command.args.length > 2) return command.error(USAGE, { exitCode: 2 });
  const [, kind, name = ''] = /^(header|env|auth):([^\p{Cc}=]{1,256})$/u.exec(text) ?? [];
  if (kind === 'header' && !parseHeaderName(name).ok) {
    return command.error('error: what follows "header:" is not a header name', { exitCode: 2 });
  }
  if (kind === 'header' || kind === 'env' || kind === 'auth') return { kind, name };
  return command.error(USAGE, { exitCode: 2 });
}
