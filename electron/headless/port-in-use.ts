import { type Problem, problem } from '../../shared/errors/problem.ts';
import { findPortHolder } from './port-holder.ts';

/** The problem behind a failed start, when it is a taken port: who has it, and what to do (NET-04). */
export async function portInUse(error: unknown, port: number): Promise<Problem | undefined> {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return undefined;
  const holder = await findPortHolder(port);
  const message = `Port ${port} of 127.0.0.1 is in use${holder === undefined ? '' : ` by ${holder}`}.`;
  const fix =
    'End that program, or choose another port: gateway.port, or --port (0 takes a free one). Patchbay takes none by ' +
    'itself: your clients would send their tokens to whoever holds this one.';
  return problem('gateway.port-in-use', 'gateway.port', message, fix);
}
