import { type ClientProblem, refuse, warning } from '../../../shared/clients/codes.ts';
import { secretName, secretValue } from '../../../shared/clients/secret-shape.ts';
import { Secret } from '../../secrets/secret.ts';
import type { EntryFields } from './entry-fields.ts';

/** A backend as the config file would hold it (architecture page, "Configuration"); without any secret value. */
export type BackendDraft =
  | {
      readonly type: 'http' | 'sse';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly secretHeaders: readonly string[];
      readonly enabled?: false;
    }
  | {
      readonly type: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly secretEnv: readonly string[];
      readonly cwd?: string;
      readonly enabled?: false;
    };

/** A value for the keychain. Without `secret` the file held a placeholder only, and the user has to fill it in. */
export interface ImportedSecret {
  readonly kind: 'header' | 'env';
  readonly name: string;
  readonly secret?: Secret;
  readonly placeholder?: string;
}

export interface Drafted {
  readonly draft: BackendDraft;
  readonly secrets: readonly ImportedSecret[];
  /** Every `${...}` (or `{env:...}`) that stands in the entry, once each. They are kept as they are. */
  readonly placeholders: readonly string[];
  readonly problems: readonly ClientProblem[];
}

const PLACEHOLDER = /\$\{[^}]*\}|\{env:[^}]*\}|\$[A-Z_][A-Z0-9_]*\b/g;

function placeholdersIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => text.match(PLACEHOLDER) ?? []))];
}

interface Sorted {
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: readonly ImportedSecret[];
}

/** Parts plain values from secret ones, by name and by the value's shape. `Authorization` is always secret (STA-04). */
function sortValues(kind: ImportedSecret['kind'], pairs: readonly (readonly [string, string])[]): Sorted {
  const plain: [string, string][] = [];
  const secrets: ImportedSecret[] = [];
  for (const [name, value] of pairs) {
    const placeholders = placeholdersIn([value]);
    const [placeholder] = placeholders;
    if (!(secretName(name) || secretValue(value))) plain.push([name, value]);
    else if (placeholder !== undefined) secrets.push({ kind, name, placeholder: placeholders.join(' ') });
    else secrets.push({ kind, name, secret: new Secret(value) });
  }
  return { plain: Object.fromEntries(plain), secrets };
}

/** Builds the draft of one server. Secret values leave the draft here and are held as `Secret` from then on (IMP-04). */
export function draftOf(fields: EntryFields, place: string): Drafted {
  return fields.kind === 'remote' ? remoteDraft(fields, place) : processDraft(fields, place);
}

function remoteDraft(fields: Extract<EntryFields, { kind: 'remote' }>, place: string): Drafted {
  const address = splitUserInfo(fields.url);
  const sorted = sortValues('header', fields.headers);
  const hasAuthorization = fields.headers.some(([name]) => name.toLowerCase() === 'authorization');
  const fromUrl: readonly ImportedSecret[] =
    address.basic === undefined || hasAuthorization
      ? []
      : [{ kind: 'header', name: 'Authorization', secret: new Secret(address.basic) }];
  const secrets = [...sorted.secrets, ...fromUrl];
  return {
    draft: {
      type: fields.transport,
      url: address.url,
      headers: sorted.plain,
      secretHeaders: secrets.map((secret) => secret.name),
      ...(fields.off ? { enabled: false } : {}),
    },
    secrets,
    placeholders: placeholdersIn([fields.url, ...fields.headers.map(([, value]) => value)]),
    problems: [...urlProblems(address, place), ...moved(secrets, place)],
  };
}

function processDraft(fields: Extract<EntryFields, { kind: 'process' }>, place: string): Drafted {
  const sorted = sortValues('env', fields.env);
  return {
    draft: {
      type: 'stdio',
      command: fields.command,
      args: fields.args,
      env: sorted.plain,
      secretEnv: sorted.secrets.map((secret) => secret.name),
      ...(fields.cwd === undefined ? {} : { cwd: fields.cwd }),
      ...(fields.off ? { enabled: false } : {}),
    },
    secrets: sorted.secrets,
    placeholders: placeholdersIn([
      fields.command,
      ...fields.args,
      ...fields.env.map(([, value]) => value),
      fields.cwd ?? '',
    ]),
    problems: [...argumentProblems(fields.args, place), ...moved(sorted.secrets, place)],
  };
}

interface Address {
  readonly url: string;
  readonly basic: string | undefined;
  readonly parsed: URL | undefined;
}

/** Takes user name and password out of an address: they may not stand there (CFG-11) and must not be shown. */
function splitUserInfo(text: string): Address {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || (parsed.username === '' && parsed.password === '')) {
    return { url: text, basic: undefined, parsed };
  }
  const user = `${decode(parsed.username)}:${decode(parsed.password)}`;
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, basic: `Basic ${Buffer.from(user).toString('base64')}`, parsed };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function urlProblems(address: Address, place: string): readonly ClientProblem[] {
  const problems: ClientProblem[] = [];
  const hasPlaceholder = placeholdersIn([address.url]).length > 0;
  const web = address.parsed?.protocol === 'http:' || address.parsed?.protocol === 'https:';
  if (!web && !hasPlaceholder) {
    const fix = 'Correct the address at the source, or add the server by hand.';
    problems.push(refuse('import-url', `${place}.url`, 'This is no http or https address.', fix).problem);
  }
  for (const name of new Set(address.parsed?.searchParams.keys() ?? [])) {
    if (!secretName(name)) continue;
    const message = `The address carries "${name}", which looks like a secret; it would stand in the config in clear.`;
    problems.push(
      warning('import-url', `${place}.url`, message, 'Send it as a secret header if the server allows that.'),
    );
  }
  return problems;
}

function argumentProblems(args: readonly string[], place: string): readonly ClientProblem[] {
  return args.flatMap((argument, index) => {
    const before = args[index - 1] ?? '';
    const named =
      /^--?[\w-]+$/.test(before) && secretName(before.replace(/^-+/, '')) && !argument.startsWith('-');
    const joined = /^--?([\w-]+)=(.+)$/.exec(argument);
    const secret = named || secretValue(argument) || (joined !== null && secretName(joined[1] ?? ''));
    if (!secret || placeholdersIn([argument]).length > 0) return [];
    const message = `Argument ${index + 1} looks like a secret. Arguments can be seen by every program of this computer.`;
    const fix =
      'If the server can read it from its environment, add it there as a secret and remove the argument.';
    return [warning('import-argument', `${place}.args[${index}]`, message, fix)];
  });
}

function moved(secrets: readonly ImportedSecret[], place: string): readonly ClientProblem[] {
  return secrets.map(({ kind, name, placeholder }) => {
    const at = `${place}.${kind === 'env' ? 'env' : 'headers'}.${name}`;
    return placeholder === undefined
      ? warning(
          'import-secret',
          at,
          `The value of ${name} goes to the keychain, not into the config.`,
          'Nothing to do.',
        )
      : warning(
          'import-placeholder',
          at,
          `${name} is ${placeholder} in the file, so its value is not known.`,
          'Enter the value after the import.',
        );
  });
}
