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
  find(taskId: string): TaskOwner | undefined;
  /** The client's id of a backend's task, which is the backend's own unless two backends chose the same. */
  visible(backend: BackendName, original: string): string;
}

/** Tasks remembered for one session; the oldest are forgotten, and found again by asking. */
const MAX_TASKS = 2_048;

export function createTaskOwners(): TaskOwners {
  const owners = new Map<string, TaskOwner>();

  function visible(backend: BackendName, original: string): string {
    const owner = owners.get(original);
    return owner === undefined || owner.backend === backend ? original : `${original}@${backend}`;
  }

  return {
    visible,
    note(backend, original) {
      const id = visible(backend, original);
      owners.delete(id);
      owners.set(id, { backend, original });
      const oldest = owners.size > MAX_TASKS ? owners.keys().next().value : undefined;
      if (oldest !== undefined) owners.delete(oldest);
      return id;
    },
    find: (taskId) => owners.get(taskId),
  };
}
