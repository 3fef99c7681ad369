import type { CallValue } from '../../../shared/control/contract.ts';
import { GATEWAY_SECRETS } from '../../../shared/control/secret-view.ts';
import type { World } from './world.ts';

type SecretLine = CallValue<'secrets.status'>['secrets'][number];

/** Every secret that the forms of a backend, or of all backends, ask for. */
export function secretsOf(world: World, only?: string): SecretLine[] {
  const { auth } = world.settings;
  const asks = auth.mode === 'oidc' && auth.introspection !== undefined;
  if (only === GATEWAY_SECRETS && asks) return [lineOf(world, GATEWAY_SECRETS, 'auth', 'introspection')];
  return [...world.backends].flatMap(([backend, { form }]) => {
    if (only !== undefined && backend !== only) return [];
    const { connection } = form;
    const wanted: [SecretLine['kind'], string][] =
      connection.type === 'stdio'
        ? connection.secretEnv.map((name) => ['env', name])
        : [
            ...connection.secretHeaders.map((name): ['header', string] => ['header', name]),
            ...(['bearer', 'header'].includes(connection.auth.strategy)
              ? [['auth', 'token'] as ['auth', string]]
              : []),
            ...(connection.auth.strategy === 'basic' ? [['auth', 'password'] as ['auth', string]] : []),
          ];
    return wanted.map(([kind, name]) => lineOf(world, backend, kind, name));
  });
}

function lineOf(world: World, backend: string, kind: SecretLine['kind'], name: string): SecretLine {
  const setAt = world.secrets.get(`${backend}/${kind}/${name}`);
  const known = { backend, kind, name, from: 'keychain' as const };
  return setAt === undefined
    ? { ...known, status: 'missing' }
    : { ...known, status: 'set', setAt, fingerprint: 'a41f09' };
}
