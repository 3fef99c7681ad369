import type { ToolHandler } from './tool-calls.ts';
import { standardTools, textResult } from './tool-calls.ts';

/**
 * The tools of the stdio backend: the standard ones that need no HTTP, and `env`, `pid`, `child`, `crash` (exit
 * without an answer), `hang` (no answer, ever), `big {bytes}`, `notify` (list_changed), `log`, `garbage` (a line that is
 * no message, then the answer).
 */
export function stdioTools(childPid: number | undefined): Record<string, ToolHandler> {
  const { headers: _needsHttp, ...standard } = standardTools;
  return {
    ...standard,
    env: () => textResult(JSON.stringify(process.env)),
    pid: () => textResult(String(process.pid)),
    child: () => textResult(String(childPid)),
    crash: ({ code }) => process.exit(Number(code ?? 3)),
    hang: () => new Promise(() => undefined),
    big: ({ bytes }) => textResult('x'.repeat(Number(bytes))),
    notify: (_args, { notify }) => {
      notify('notifications/tools/list_changed', {});
      return textResult('told');
    },
    log: (_args, { notify }) => {
      notify('notifications/message', { level: 'info', data: 'said' });
      return textResult('logged');
    },
    garbage: () => {
      process.stdout.write('this line is no message\n');
      return textResult('after garbage');
    },
  };
}
