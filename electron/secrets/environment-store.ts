import { z } from 'zod';
import type { Problem } from '../../shared/errors/problem.ts';
import { Secret } from './secret.ts';
import { secretKey } from './secret-key.ts';
import type { SecretRef, SecretStore, SecretWrite } from './secret-store.ts';

/** The environment variable that carries secrets where there is no keychain (architecture.md, Configuration). */
export const SECRETS_VARIABLE = 'PATCHBAY_SECRETS';

/** Far more than any set of tokens; keeps a mistaken `PATCHBAY_SECRETS=$(cat big-file)` from being parsed. */
const MAX_BYTES = 1024 * 1024;

const values = z.record(z.string().min(1), z.string().min(1)).default({});
const schema = z.record(z.string().min(1), z.strictObject({ headers: values, env: values, auth: values }));

const KINDS = [
  ['headers', 'header'],
  ['env', 'env'],
  ['auth', 'auth'],
] as const satisfies readonly (readonly [string, SecretRef['kind']])[];

/** Secrets from the environment: read-only, in memory only. */
export interface EnvironmentStore extends SecretStore {
  /** True when this secret comes from the environment; the UI shows such a secret as not editable. */
  has(ref: SecretRef): boolean;
}

/** `PATCHBAY_SECRETS` cannot be used. Carries where and why, never a piece of the text itself. */
export class EnvironmentSecretsError extends Error {
  readonly problem: Problem;

  constructor(place: string, message: string) {
    super(`${place}: ${message}`);
    this.name = 'EnvironmentSecretsError';
    this.problem = {
      code: 'secret.environment',
      severity: 'error',
      place,
      message,
      fix: `Set ${SECRETS_VARIABLE} to JSON such as {"billing":{"headers":{"X-Api-Key":"..."}}}, or unset it.`,
    };
  }
}

/**
 * Takes the secrets out of the environment: read once at start, then the variable is gone from `env`, so that no
 * child process and no crash report inherits it (threats.md 1.7, STD-09). `undefined` when it is not set.
 * Throws `EnvironmentSecretsError` for text that is not the documented JSON; the variable is gone then, too.
 */
export function takeEnvironmentSecrets(env: NodeJS.ProcessEnv): EnvironmentStore | undefined {
  const text = env[SECRETS_VARIABLE];
  delete env[SECRETS_VARIABLE];
  if (text === undefined || text.trim() === '') return undefined;
  return createEnvironmentStore(parse(text));
}

function parse(text: string): ReadonlyMap<string, Secret> {
  if (Buffer.byteLength(text) > MAX_BYTES) {
    throw new EnvironmentSecretsError(SECRETS_VARIABLE, `It is longer than ${MAX_BYTES} bytes.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text around the fault, and that text is a secret.
    throw new EnvironmentSecretsError(SECRETS_VARIABLE, 'It is not JSON.');
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw shapeFault(parsed.error);
  const secrets = new Map<string, Secret>();
  for (const [backend, kinds] of Object.entries(parsed.data)) {
    for (const [member, kind] of KINDS) {
      for (const [name, value] of Object.entries(kinds[member])) {
        const key = secretKey({ backend, kind, name });
        if (secrets.has(key)) {
          throw new EnvironmentSecretsError(
            `${SECRETS_VARIABLE}.${backend}.${member}.${name}`,
            'It is given twice.',
          );
        }
        secrets.set(key, new Secret(value));
      }
    }
  }
  return secrets;
}

function shapeFault(error: z.ZodError): EnvironmentSecretsError {
  const issue = error.issues[0];
  // Names stand in the path; zod's message may quote what it found, so it is left out.
  const place = [SECRETS_VARIABLE, ...(issue?.path ?? []).map(String)].join('.');
  if (issue?.code === 'unrecognized_keys') {
    return new EnvironmentSecretsError(place, 'It may only hold "headers", "env" and "auth".');
  }
  if (issue?.code === 'too_small') return new EnvironmentSecretsError(place, 'It is empty.');
  return new EnvironmentSecretsError(
    place,
    'It has the wrong shape: backends with names and text values are expected.',
  );
}

function createEnvironmentStore(secrets: ReadonlyMap<string, Secret>): EnvironmentStore {
  const refuse = async (ref: SecretRef): Promise<SecretWrite> => ({
    ok: false,
    state: 'read-only',
    reason: `The secrets of "${ref.backend}" come from ${SECRETS_VARIABLE} and cannot be changed here.`,
  });
  return {
    has: (ref) => secrets.has(secretKey(ref)),
    status: async () => ({ state: 'ready', kind: 'environment' }),
    read: async (ref) => {
      const secret = secrets.get(secretKey(ref));
      return secret === undefined ? { state: 'missing' } : { state: 'found', secret };
    },
    write: refuse,
    remove: refuse,
    onChange: () => ({ [Symbol.dispose]: () => {} }),
  };
}
