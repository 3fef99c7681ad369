/** What the system says when it has no room for another process: none of it is the fault of what was to be started. */
const LACKS = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** Whether a process could not be started for want of file descriptors, processes or memory, which passes (RES-03). */
export const isLack = ({ code }: NodeJS.ErrnoException): boolean => LACKS.has(code ?? '');
