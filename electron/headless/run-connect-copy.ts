import { findClient } from '../../shared/clients/catalogue.ts';
import { copyText } from '../../shared/clients/copy-text.ts';
import { DEFAULT_ENTRY_NAME, TOKEN_MARK } from '../clients/preview.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { createToken } from '../config/tokens.ts';
import { say, sayJson } from './output.ts';
import { type ConnectOptions, mayWrite, requestOf } from './run-connect.ts';

/** Prints what to paste into a client that is set up in its own window; the token in it is shown this one time. */
export async function runConnectCopy(
  file: ConfigFile,
  clientId: string,
  options: ConnectOptions,
): Promise<void> {
  const definition = findClient(clientId);
  if (definition === undefined) throw new TypeError(`${clientId} is no client`);
  const request = { ...requestOf(file, clientId, options), entryName: DEFAULT_ENTRY_NAME };
  const textWith = (token: string) => {
    const text = copyText(definition, { ...request, token });
    if (!text.ok) throw new ConfigError([text.problem]);
    return text.value;
  };
  const shown = textWith(TOKEN_MARK);
  if (options.json !== true) {
    say(`${definition.title} is set up in its own window:`);
    for (const step of shown.steps) say(`- ${step}`);
  }
  if (options.dryRun === true)
    return options.json ? sayJson({ dryRun: true, client: clientId, ...shown }) : say(shown.text);
  if (!(await mayWrite(options, 'Make a token and show the text with it?'))) return;
  const created = await createToken(file, clientId);
  if (!created.ok) throw new ConfigError(created.problems);
  const { text, steps } = textWith(created.value.token);
  if (options.json) return sayJson({ client: clientId, text, steps });
  say(`\n${text}\n`);
  say(`The token in it is shown this one time. Revoke it with: patchbay token revoke --client ${clientId}`);
}
