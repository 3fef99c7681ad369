import { systemCode } from './config-error.ts';

/** Whether a process with this id runs, also one that we may not signal. */
export function isProcessAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
