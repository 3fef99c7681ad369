/**
 * Sends a signal to all processes of a group (POSIX). Answers false when there is none left; signal 0 only asks.
 * EPERM means that the group exists but changed its user: it counts as present. Never call it again for a group
 * once it answered false: the number may belong to somebody else later.
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
