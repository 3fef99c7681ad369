import type { ControlApi } from '../../../shared/control/contract.ts';
import { GATEWAY_SECRETS } from '../../../shared/control/secret-view.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { checkStaticValue, staticValueMessage } from '../../../shared/headers/value.ts';
import { gatewaySecrets } from '../../secrets/gateway-secrets.ts';
import { Secret } from '../../secrets/secret.ts';
import type { SecretRef, SecretWrite } from '../../secrets/secret-store.ts';
import { type ControlContext, knownBackend } from './context.ts';
import { refuse } from './refuse.ts';
import { type SecretStatusView, secretStatus, secretTarget, secretTargets } from './secret-targets.ts';

/** Secrets over the contract: set, remove, ask whether one is set. Nothing gives a stored one back (UIX-06). */
export function secretsApi(context: ControlContext): ControlApi['secrets'] {
  const { patchbay } = context;
  return {
    status: async ({ backend }) => ({
      keychain: await patchbay.secrets.status(),
      secrets: await allStatus(context, backend),
    }),
    async set({ backend, kind, name, value }) {
      const ref = targetOf(context, backend, { kind, name });
      checkSecretValue(ref, value);
      written(ref, await patchbay.secrets.write(ref, new Secret(value)));
      return await secretStatus(context, ref);
    },
    async remove({ backend, kind, name }) {
      const ref = targetOf(context, backend, { kind, name });
      written(ref, await patchbay.secrets.remove(ref));
      return await secretStatus(context, ref);
    },
    async retry() {
      const state = await patchbay.secrets.status();
      if (state.state === 'ready') {
        context.raise('secrets.changed', { keychain: state, secrets: await allStatus(context) });
      }
      return state;
    },
  };
}

/** The status of every secret that the settings name: of one backend, of the gateway itself, or of all. */
export async function allStatus(context: ControlContext, backend?: string): Promise<SecretStatusView[]> {
  const found: SecretStatusView[] = [];
  const { gateway, backends } = context.patchbay.config();
  const all = [...backends].flatMap(([name, config]) => secretTargets(name, config));
  // One after the other: each read may be a prompt of the keychain.
  for (const ref of [...gatewaySecrets(gateway.auth), ...all]) {
    if (backend === undefined || ref.backend === backend) found.push(await secretStatus(context, ref));
  }
  return found;
}

/** Refuses a value that could never be sent; says where the fault is, never what stands there. */
export function checkSecretValue(ref: Pick<SecretRef, 'kind' | 'name'>, value: string): void {
  const place = `${ref.kind} ${ref.name}`;
  if (ref.kind === 'env') {
    if (value.includes('\0'))
      refuse('header.value-invalid', `The value of ${ref.name} has a zero byte.`, { place });
    return;
  }
  // A password goes out encoded, so it may hold any text.
  if (ref.kind === 'auth' && ref.name !== 'token' && ref.name !== 'value') return;
  const checked = checkStaticValue(value);
  if (checked.ok) return;
  const fix = 'Enter it without line breaks and control characters.';
  refuse('header.value-invalid', staticValueMessage(checked), { place, fix });
}

const WRITE_CODES = {
  locked: 'secret.locked',
  absent: 'secret.absent',
  'too-large': 'secret.too-large',
  'read-only': 'secret.read-only',
} as const satisfies Record<string, ErrorCode>;

/** Refuses the call where the store did not take a change. */
export function written(ref: SecretRef, outcome: SecretWrite): void {
  if (outcome.ok) return;
  refuse(WRITE_CODES[outcome.state], `${ref.backend}, ${ref.kind} ${ref.name}: ${outcome.reason}`);
}

function targetOf(context: ControlContext, backend: string, wanted: Omit<SecretRef, 'backend'>): SecretRef {
  if (backend === GATEWAY_SECRETS) {
    const own = gatewaySecrets(context.patchbay.config().gateway.auth);
    const found = own.find(({ kind, name }) => kind === wanted.kind && name === wanted.name);
    const fix = 'Choose the way to call that needs it first.';
    return found ?? refuse('secret.missing', `The gateway has no secret ${wanted.name}.`, { fix });
  }
  const config = knownBackend(context, backend);
  if (config === undefined) return refuse('backend.off', `The entry of ${backend} cannot be read.`);
  return secretTarget(backend, config, wanted);
}
