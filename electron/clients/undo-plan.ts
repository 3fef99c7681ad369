import { good, type Outcome } from '../../shared/clients/codes.ts';
import type { FileClient } from '../../shared/clients/definition.ts';
import { type ClientText, sha256 } from './client-text.ts';
import { encodeText } from './encoding.ts';
import { withoutOurEntry } from './entry-text.ts';
import type { ClientHost } from './host.ts';
import { readBackup, type UndoRecord } from './undo-record.ts';

/**
 * What taking back means for one file. `restored`: the exact bytes from before; `deleted`: we had created it;
 * `removed`: others have changed it, so only our entry goes; `absent`: nothing of ours is there.
 */
export type UndoPlan =
  | { readonly how: 'absent' }
  | { readonly how: 'deleted' }
  | { readonly how: 'restored' | 'removed'; readonly bytes: Buffer };

/** Decides what to do with one file; refused when a changed file does not parse or its entry is not ours. */
export async function planUndo(
  host: ClientHost,
  client: FileClient,
  path: string,
  entryName: string,
  current: ClientText,
  record: UndoRecord | undefined,
): Promise<Outcome<UndoPlan>> {
  // The record is written before the file: a crash in between leaves a record for a file that never changed.
  if (current.state === 'absent' || record?.before === current.sha256) return good({ how: 'absent' });
  if (record?.exact === true && record.after === current.sha256) {
    if (record.before === null) return good({ how: 'deleted' });
    const bytes = await readBackup(host, record);
    if (bytes !== undefined && sha256(bytes) === record.before) return good({ how: 'restored', bytes });
  }
  const text = withoutOurEntry(client, current.decoded.text, entryName, path);
  if (!text.ok) return text;
  if (!text.value.removed) return good({ how: 'absent' });
  return good({ how: 'removed', bytes: encodeText({ text: text.value.text, bom: current.decoded.bom }) });
}
