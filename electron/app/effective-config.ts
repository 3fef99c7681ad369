import { parseBackendName } from '../../shared/config/backend-name.ts';
import { backendSchema } from '../../shared/config/backend-schema.ts';
import type { Config } from '../../shared/config/config.ts';

/** The name of the demo backend; its tools are `echo_echo`, `echo_headers` and so on. */
export const DEMO_BACKEND = 'echo';

/** The configuration with the demo backend in it, for this run only. A backend of the user's by that name stays. */
export function withDemo(config: Config, demoUrl: string | undefined): Config {
  const name = parseBackendName(DEMO_BACKEND);
  if (demoUrl === undefined || name === undefined || config.backends.has(name)) return config;
  const demo = backendSchema.parse({ type: 'http', url: demoUrl, title: 'Built-in echo server' });
  return { ...config, backends: new Map([...config.backends, [name, demo]]) };
}
