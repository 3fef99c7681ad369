import type { ConfigFile } from '../config/config-file.ts';
import { createToken } from '../config/tokens.ts';
import { clientEntry } from './client-entry.ts';
import { describeProblem, say, sayJson, warn } from './output.ts';

export interface GreetOptions {
  readonly json?: true;
  readonly demo?: true;
  /** The address of the window, with its token. */
  readonly window?: string;
  /** The configuration ends with this run, so a token for it has to be told now or never. */
  readonly temporary: boolean;
}

/** Says that the gateway answers: one line of JSON for programs, or what to paste and try for people. */
export async function greet(options: GreetOptions, url: string, config: ConfigFile): Promise<void> {
  const token = options.json && !options.temporary ? undefined : await firstToken(config);
  if (options.json) {
    const { window } = options;
    const ready = { event: 'ready', url, pid: process.pid, ...(window === undefined ? {} : { ui: window }) };
    return sayJson(token === undefined ? ready : { ...ready, token });
  }
  say(`Patchbay answers on ${url}\n`);
  if (options.window !== undefined)
    say(`Its window, for a browser of this machine:\n\n  ${options.window}\n`);
  say(entryText(url, config, token));
  say(nextSteps(options, config));
}

/** A token where there is none yet: without one nobody could call. */
async function firstToken(config: ConfigFile): Promise<string | undefined> {
  const { auth } = config.current().config.gateway;
  if (auth.mode !== 'local' || auth.tokens.length > 0) return undefined;
  const created = await createToken(config, 'first-client');
  if (created.ok) return created.value.token;
  for (const found of created.problems) warn(describeProblem(found));
  return undefined;
}

function entryText(url: string, config: ConfigFile, token: string | undefined): string {
  const { mode } = config.current().config.gateway.auth;
  if (mode !== 'local') return `The entry for your client:\n\n${clientEntry(url)}\n`;
  if (token !== undefined) {
    const once = 'The token in it is shown this one time; only its digest is kept.';
    return `The entry for your client:\n\n${clientEntry(url, token)}\n\n${once}\n`;
  }
  const known = 'The entry for a client, with the token that you have for it:';
  return `${known}\n\n${clientEntry(url, 'YOUR-TOKEN')}\n\nA new token: patchbay token create --client NAME\n`;
}

function nextSteps({ demo, temporary }: GreetOptions, config: ConfigFile): string {
  const names = config.current().config.passthroughHeaders;
  const tries = [
    ...(demo ? ['- Call the tool echo_headers: it answers with every header that reached the backend.'] : []),
    names.length > 0
      ? `- Send ${names.join(', ')} when your client connects: every HTTP backend gets the same value.`
      : '- Name the headers to pass on under "passthroughHeaders", and your own servers under "backends".',
    temporary
      ? '- This is a demo: its configuration and tokens end with it. Your own: patchbay serve'
      : `- The configuration is ${config.path}; changes apply while running.`,
    '- Stop with Ctrl-C.',
  ];
  return `What to try next:\n${tries.join('\n')}`;
}
