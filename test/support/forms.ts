import type { BackendForm } from '../../shared/control/backend-form.ts';

type Remote = Exclude<BackendForm['connection'], { type: 'stdio' }>;
type Process = Extract<BackendForm['connection'], { type: 'stdio' }>;

const COMMON = {
  enabled: true,
  tools: { hide: [], rename: [], describe: [], changed: 'warn' },
  timeoutSeconds: 60,
  era: 'auto',
} as const;

/** The form of an HTTP (or, where it says so, SSE) backend as a window fills it in. */
export function httpForm(url: string, more: Partial<Remote> = {}): BackendForm {
  return {
    ...COMMON,
    tools: { ...COMMON.tools, hide: [], rename: [], describe: [] },
    connection: {
      type: 'http',
      url,
      sendInClear: false,
      headers: [],
      secretHeaders: [],
      auth: { strategy: 'none' },
      identityHeaders: 'auto',
      passthroughExcept: [],
      ...more,
    } as Remote,
  };
}

/** The form of a stdio backend. */
export function stdioForm(command: string, args: string[], more: Partial<Process> = {}): BackendForm {
  return {
    ...COMMON,
    tools: { ...COMMON.tools, hide: [], rename: [], describe: [] },
    connection: {
      type: 'stdio',
      command,
      args,
      env: [],
      secretEnv: [],
      envFromHeaders: [],
      ...more,
    },
  };
}
