import { type BackendName, parseBackendName } from '../../../shared/config/backend-name.ts';
import type { CallInput } from '../../../shared/control/contract.ts';
import type { PlanFacts, SecretFact } from '../../../shared/headers/plan-facts.ts';
import type { ControlContext } from './context.ts';
import { secretTargets } from './secret-targets.ts';
import { knownSignIn } from './sign-in.ts';

/** What a plan is made from besides the config: who would call, and which secrets can be read now, and where somebody has to sign in. */
export async function planFacts(
  context: ControlContext,
  caller: CallInput<'headers.plan'>['caller'],
): Promise<Omit<PlanFacts, 'captured'>> {
  return {
    principal: caller === 'signed-in' ? 'user' : caller,
    secrets: await secretFacts(context),
    signedOut: await signedOut(context),
  };
}

async function signedOut(context: ControlContext): Promise<ReadonlySet<BackendName>> {
  const names = new Set<BackendName>();
  for (const name of context.patchbay.config().backends.keys()) {
    const state = (await knownSignIn(context, name))?.state.state;
    if (state !== undefined && state !== 'signed-in' && state !== 'keychain-locked') names.add(name);
  }
  return names;
}

async function secretFacts({ patchbay }: ControlContext): Promise<SecretFact[]> {
  const facts: SecretFact[] = [];
  for (const [backend, config] of patchbay.config().backends) {
    for (const ref of secretTargets(backend, config)) {
      const name = parseBackendName(ref.backend);
      if (ref.kind === 'env' || name === undefined) continue;
      const { state } = await patchbay.secrets.read(ref);
      facts.push({ backend: name, kind: ref.kind, name: ref.name, state: state === 'found' ? 'set' : state });
    }
  }
  return facts;
}
