import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import type { ClientSession } from '../sessions/client-session.ts';

/** Addresses remembered for one session; the oldest are forgotten, and found again by asking. */
const MAX_READ = 256;

/** By session: which backend has a resource that no list has, by its answer to a read (protocol.md hazard 9). */
const readers = new WeakMap<ClientSession, Map<string, BackendName>>();

/** The backend that answered a read of this address before, or asked its reader something (MRTR), if it is still there. */
export function readerOf(session: ClientSession, uri: string): BackendName | undefined {
  const known = readers.get(session)?.get(uri);
  return known !== undefined && session.backends.has(known) ? known : undefined;
}

/** Remembers that a backend has a resource. */
export function noteReader(session: ClientSession, uri: string, backend: BackendName): void {
  const known = readers.get(session) ?? new Map<string, BackendName>();
  readers.set(session, known);
  known.delete(uri);
  known.set(uri, backend);
  dropOldest(known, MAX_READ);
}

/** Whether an answer to a read says that its backend has the resource. */
export function isResult(answer: Buffer): boolean {
  return scanMessage(answer).members.has('result');
}
