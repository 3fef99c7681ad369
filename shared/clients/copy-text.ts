import type { JsonValue } from '../json/json-value.ts';
import { good, type Outcome } from './codes.ts';
import type { ClientDefinition } from './definition.ts';
import { clientEntry, type EntryOptions } from './entry.ts';

/** Text for a client's own settings window. It contains the token: shown on a click, never logged. */
export interface CopyText {
  readonly text: string;
  readonly steps: readonly string[];
}

/** The JSON to paste, with the container that the client expects. Refusals are those of `clientEntry`. */
export function copyText(definition: ClientDefinition, options: EntryOptions): Outcome<CopyText> {
  const entry = clientEntry(definition, options);
  if (!entry.ok) return entry;
  const container = definition.containers.at(-1) ?? [];
  const inner: JsonValue = { [options.entryName]: entry.value.value };
  const whole = container.reduceRight<JsonValue>((value, key) => ({ [key]: value }), inner);
  return good({
    text: JSON.stringify(whole, null, 2),
    steps: definition.kind === 'copy' ? definition.steps : definition.notes,
  });
}
