import { InvalidArgumentError, Option } from 'commander';
import { parseHeaderName } from '../../shared/headers/name.ts';

/** `--config FILE`, the same for every command. */
export function configOption(): Option {
  return new Option('-c, --config <file>', 'the configuration file (default: in your configuration folder)');
}

/** `--json`, the same for every command. */
export function jsonOption(what: string): Option {
  return new Option('--json', what);
}

/** A TCP port from 0 to 65535; anything else is wrong usage. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 65_536;
  if (port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535; 0 takes a free one.');
  return port;
}

/** The name of a client that a token is for: 1 to 100 characters, none of them a control character. */
export function parseClient(text: string): string {
  if (!/^\P{Cc}{1,100}$/u.test(text) || text.trim() === '') {
    throw new InvalidArgumentError('A client has a name of 1 to 100 characters.');
  }
  return text;
}

/** One more header name of a repeatable `--header`; wrong usage where it is none. */
export function collectHeader(text: string, earlier: readonly string[] = []): readonly string[] {
  if (!parseHeaderName(text).ok) throw new InvalidArgumentError('This is not a header name.');
  return [...earlier, text];
}
