import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { BackendName } from '../../../shared/config/backend-name.ts';

/** A task as its backend knows it. */
export interface TaskOwner {
  readonly backend: BackendName;
  readonly original: string;
}

/** Which backend has which task: ids of tasks mean something to their own backend only (protocol.md hazard 15). */
export interface TaskOwners {
  /** Remembers a task; answers the id under which the client may know it. */
  note(backend: BackendName, original: string): string;
  /** Remembers a task by the id under which the client brings it. */
  keep(taskId: string, owner: TaskOwner): void;
  find(taskId: string): TaskOwner | undefined;
  /** The client's id of a backend's task, which is the backend's own unless two backends chose the same. */
  visible(backend: BackendName, original: string): string;
}

/** A task by the id that `visible` made of it, for a session that did not make it: clients keep ids (SEP-2663). */
export function readTaskAlias(taskId: string, backends: readonly BackendName[]): TaskOwner | undefined {
  const backend = backends.find((name) => taskId.endsWith(`@${name}`));
  return backend && { backend, original: taskId.slice(0, -backend.length - 1) };
}

/** Tasks remembered for one session; the oldest are forgotten, and found again by asking. */
const MAX_TASKS = 2_048;

/** Makes the memory of one session; the newest 2,048 tasks are kept. */
export function createTaskOwners(): TaskOwners {
  const owners = new Map<string, TaskOwner>();

  function visible(backend: BackendName, original: string): string {
    const alias = `${original}@${backend}`;
    const aliased = owners.get(alias);
    if (aliased?.backend === backend && aliased.original === original) return alias;
    const owner = owners.get(original);
    return owner === undefined || owner.backend === backend ? original : alias;
  }

  function keep(taskId: string, owner: TaskOwner): void {
    owners.delete(taskId);
    owners.set(taskId, owner);
    dropOldest(owners, MAX_TASKS);
  }

  return {
    visible,
    keep,
    note(backend, original) {
      const id = visible(backend, original);
      keep(id, { backend, original });
      return id;
    },
    find: (taskId) => owners.get(taskId),
  };
}
