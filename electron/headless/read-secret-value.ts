import { problem } from '../../shared/errors/problem.ts';
import { ConfigError } from '../config/config-error.ts';
import { MAX_SECRET_BYTES } from '../secrets/keychain/keychain-layout.ts';
import { Secret } from '../secrets/secret.ts';
import { askHiddenLine } from './ask-line.ts';

/** A value as it was handed over; `trimmed` says that a line end behind it was taken off. */
export interface GivenValue {
  readonly secret: Secret;
  readonly trimmed: boolean;
}

/**
 * Reads a secret from standard input, never from an argument, which every program of this machine can see. From a
 * terminal one line without echo; else everything, UTF-8, without one line end behind it. Rejects with `ConfigError`
 * for nothing at all, for more than the keychain takes, and for other bytes than UTF-8.
 */
export async function readSecretValue(prompt: string, input = process.stdin): Promise<GivenValue> {
  const text = input.isTTY ? await askHiddenLine(prompt) : decode(await readAll(input));
  const value = text.replace(/\r?\n$/, '');
  if (value === '') {
    refuse(
      'Nothing came on standard input.',
      'Pipe the value in: printf %s "$VALUE" | patchbay secret set …',
    );
  }
  return { secret: new Secret(value), trimmed: value !== text };
}

async function readAll(input: NodeJS.ReadableStream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // The line end may still go.
    if (size > MAX_SECRET_BYTES + 2) tooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refuse(
      'What came on standard input is not UTF-8 text.',
      'Hand over the text that the server gave you.',
    );
  }
}

function tooLarge(): never {
  const message = `A secret may have ${MAX_SECRET_BYTES} bytes at most.`;
  throw new ConfigError([problem('secret.too-large', '', message, 'Hand over the value alone.')]);
}

function refuse(message: string, fix: string): never {
  throw new ConfigError([problem('secret.missing', '', message, fix)]);
}
