import { arch, platform, release } from 'node:os';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { backendLines } from './backend-lines.ts';
import type { ControlContext } from './context.ts';
import { summaries } from './sessions.ts';
import { activityView } from './views/activity-view.ts';

type Bundle = CallAnswer<'settings.supportBundle'>;

const MAX_ENTRIES = 500;

/**
 * What a person may send to somebody who helps: names, states and figures. No header value, secret or token; no
 * arguments, variables, identities or queries. Every text is masked once more (SEC-05).
 */
export async function supportBundle(context: ControlContext): Promise<Bundle> {
  const { patchbay, extras, scrub } = context;
  const { problems, revision, readOnly } = patchbay.configFile.current();
  const config = patchbay.config();
  const about = {
    patchbay: patchbay.version,
    host: extras.host,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    keychain: await patchbay.secrets.status(),
    auth: config.gateway.auth.mode,
    revision,
    readOnly,
  };
  const backends = [...config.backends].map(([name, settings]) => ({ name, ...backendShape(settings) }));
  const sessions = summaries(context).map(({ principal, ...rest }) => ({
    ...rest,
    principal: principal.kind,
  }));
  const recent = patchbay.activity.entries().slice(-MAX_ENTRIES);
  const file = (name: string, text: string): Bundle['files'][number] => {
    const clean = scrub.text(text);
    return { name, text: clean, bytes: Buffer.byteLength(clean) };
  };
  return {
    files: [
      file('about.json', json(about)),
      file('configuration.json', json({ passthroughHeaders: config.passthroughHeaders, backends })),
      file('problems.json', json(problems)),
      file('states.json', json(await backendLines(context))),
      file('sessions.json', json(sessions)),
      file('activity.jsonl', lines(recent.map((entry) => activityView(entry, scrub.text)))),
      file('log.jsonl', lines(extras.recentLog?.() ?? [])),
    ],
    leftOut: [
      'Values of headers, secrets, tokens and environment variables.',
      'Arguments of commands, queries of addresses, and who signed in.',
      'Arguments and answers of calls.',
    ],
  };
}

/** The shape of an entry: which names stand there, and of values only what a state depends on. */
function backendShape(config: BackendConfig): Readonly<Record<string, unknown>> {
  const { type, enabled, era, timeoutSeconds } = config;
  const common = { type, enabled, era, timeoutSeconds };
  if (config.type === 'stdio') {
    const { command, args, env, secretEnv, envFromHeaders } = config;
    const program = command.split(/[/\\]/).at(-1);
    return {
      ...common,
      program,
      arguments: args.length,
      env: [...env.keys()],
      secretEnv,
      envFromHeaders: Object.fromEntries(envFromHeaders),
    };
  }
  const { origin, pathname } = new URL(config.url);
  return {
    ...common,
    address: `${origin}${pathname}`,
    headers: [...config.headers.keys()],
    secretHeaders: config.secretHeaders,
    auth: config.auth.strategy,
    identityHeaders: config.identityHeaders,
    except: config.passthrough.except,
    sendInClear: config.sendInClear,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}
