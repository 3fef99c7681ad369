import { type Checked, type Problem, problem } from '../../shared/errors/problem.ts';
import { checkStaticValue, staticValueMessage } from '../../shared/headers/value.ts';
import type { JsonValue } from '../../shared/json/json-value.ts';
import type { BackendDraft, ImportedSecret } from '../clients/import/draft.ts';
import type { ImportProposal } from '../clients/import/read-import.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { Secret } from '../secrets/secret.ts';
import type { SecretRef, SecretStore } from '../secrets/secret-store.ts';

/** One server that is a backend now. */
export interface Taken {
  readonly backend: string;
  readonly replaced: boolean;
  /** Secrets whose values went to the keychain. */
  readonly stored: readonly SecretRef[];
  /** Secrets that only had a placeholder: the backend is off until they are entered. */
  readonly toEnter: readonly SecretRef[];
}

interface Value {
  readonly ref: SecretRef;
  readonly secret: Secret;
}

/**
 * Makes one proposal a backend: its secrets go to the store first, then the entry into the config, or neither (IMP-04).
 * An entry that replaces another one is written whole: it is another server, so no rule of the old one holds for it
 * (IMP-05). Starts nothing by itself; a gateway that runs follows the config.
 */
export async function takeImport(
  config: ConfigFile,
  store: SecretStore,
  proposal: ImportProposal,
): Promise<Checked<Taken>> {
  const blocking = proposal.problems.filter(({ severity }) => severity === 'error');
  if (blocking.length > 0) return { ok: false, problems: blocking };
  const backend = spellingInForce(config, proposal.name);
  const values = proposal.secrets.flatMap(({ kind, name, secret }): Value[] =>
    isGiven(secret) ? [{ ref: { backend, kind, name }, secret }] : [],
  );
  const faults = values.flatMap(faultsOf);
  if (faults.length > 0) return { ok: false, problems: faults };
  const before = await storeAll(store, values);
  if (!before.ok) return before;
  const edit = { path: ['backends', backend], value: entryOf(proposal.draft) };
  const saved = await config.edit(config.current().revision, [edit]);
  if (!saved.ok) return { ok: false, problems: [...saved.problems, ...(await putBack(store, before.value))] };
  const toEnter = proposal.secrets.filter(({ secret }) => !isGiven(secret));
  return {
    ok: true,
    value: {
      backend,
      replaced: proposal.state !== 'new',
      stored: values.map(({ ref }) => ref),
      toEnter: toEnter.map(({ kind, name }: ImportedSecret) => ({ backend, kind, name })),
    },
  };
}

/** Names are equal in any case, so an entry is replaced under the name that it has. */
function spellingInForce(config: ConfigFile, name: string): string {
  const { backends } = config.raw();
  const names = typeof backends === 'object' && backends !== null ? Object.keys(backends) : [];
  return names.find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

/** Whether the file held a value: a placeholder is none, and neither is the empty text that examples come with. */
export function isGiven(secret: Secret | undefined): secret is Secret {
  return secret !== undefined && secret.byteLength > 0;
}

function faultsOf({ ref, secret }: Value): readonly Problem[] {
  const fix = 'Correct it at the source, or leave it out there.';
  if (ref.kind === 'env') {
    if (!/[\0\ud800-\udfff]/u.test(secret.reveal())) return [];
    const message = 'The value has a zero byte or half of a character, which no variable can hold.';
    return [problem('header.value-invalid', placeOf(ref), message, fix)];
  }
  const checked = checkStaticValue(secret.reveal());
  return checked.ok ? [] : [problem('header.value-invalid', placeOf(ref), staticValueMessage(checked), fix)];
}

interface Before {
  readonly ref: SecretRef;
  readonly secret: Secret | undefined;
}

/** Stores all values or none; answers what stood there before. */
async function storeAll(store: SecretStore, values: readonly Value[]): Promise<Checked<readonly Before[]>> {
  const before: Before[] = [];
  for (const { ref, secret } of values) {
    const read = await store.read(ref);
    const written =
      read.state === 'found' || read.state === 'missing'
        ? await store.write(ref, secret)
        : { ok: false as const, state: read.state, reason: read.reason };
    if (!written.ok) {
      const message = `${placeOf(ref)} has to go to the keychain, and that does not take it: ${written.reason}`;
      const fix = 'Nothing of this server was taken over. Unlock or start a keychain, and import it again.';
      const refused = problem(`secret.${written.state}`, placeOf(ref), message, fix);
      return { ok: false, problems: [refused, ...(await putBack(store, before))] };
    }
    before.push({ ref, secret: read.state === 'found' ? read.secret : undefined });
  }
  return { ok: true, value: before };
}

async function putBack(store: SecretStore, before: readonly Before[]): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const { ref, secret } of before) {
    const done = await (secret === undefined ? store.remove(ref) : store.write(ref, secret));
    if (done.ok) continue;
    const message = `${placeOf(ref)} stayed in the keychain: ${done.reason}`;
    problems.push(
      problem(`secret.${done.state}`, placeOf(ref), message, 'Delete it with: patchbay secret delete'),
    );
  }
  return problems;
}

function placeOf({ backend, kind, name }: SecretRef): string {
  return `${backend} ${kind}:${name}`;
}

/** The draft as the config file spells it: what is empty is not said. */
function entryOf(draft: BackendDraft): JsonValue {
  const said = Object.entries(draft).filter(
    ([, value]) => typeof value !== 'object' || Object.keys(value).length > 0,
  );
  return Object.fromEntries(said) as JsonValue;
}
