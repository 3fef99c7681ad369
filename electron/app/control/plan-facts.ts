import { parseBackendName } from '../../../shared/config/backend-name.ts';
import type { CallInput } from '../../../shared/control/contract.ts';
import type { PlanFacts, SecretFact } from '../../../shared/headers/plan-facts.ts';
import type { ControlContext } from './context.ts';
import { secretTargets } from './secret-targets.ts';

/** What a plan is made from besides the config: who would call, and which secrets can be read now. */
export async function planFacts(
  context: ControlContext,
  caller: CallInput<'headers.plan'>['caller'],
): Promise<Omit<PlanFacts, 'captured'>> {
  return { principal: caller === 'signed-in' ? 'user' : caller, secrets: await secretFacts(context) };
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
