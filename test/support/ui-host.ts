import { mkdir, writeFile } from 'node:fs/promises';
import { startUiHost, type UiHost } from '../../electron/headless/ui-host/start-ui-host.ts';
import { SILENT_LOG } from '../../electron/log/log.ts';
import { startTestControl, type TestControl } from './control.ts';
import type { TestGatewayOptions } from './gateway.ts';
import { exchange, type HeaderLines } from './http-exchange.ts';

/** A window over HTTP with a small page in place of the built one. */
export interface TestUiHost extends AsyncDisposable {
  readonly running: TestControl;
  readonly host: UiHost;
  readonly origin: string;
  /** The token of the address. */
  readonly fragment: string;
  /** Exchanges the address's token, as a window does. */
  signIn(): Promise<string>;
  /** `POST /control/<name>` with this token and these headers on top. */
  call(
    name: string,
    token: string | undefined,
    body?: unknown,
    headers?: HeaderLines,
  ): ReturnType<typeof exchange>;
}

export async function startTestUiHost(options: TestGatewayOptions = {}): Promise<TestUiHost> {
  await using stack = new AsyncDisposableStack();
  const running = stack.use(await startTestControl(options));
  const folder = running.gateway.folder.file('window');
  await mkdir(`${folder}/assets`, { recursive: true });
  await writeFile(`${folder}/index.html`, '<!doctype html><title>window</title>');
  await writeFile(`${folder}/assets/main.js`, 'export {};');
  await writeFile(`${folder}/.secret`, 'not served');
  const host = stack.use(await startUiHost({ control: running.control, folder, port: 0, log: SILENT_LOG }));
  const { origin, hash } = new URL(host.address);
  const fragment = hash.replace('#token=', '');
  const owned = stack.move();
  const json: HeaderLines = [['Content-Type', 'application/json']];
  return {
    running,
    host,
    origin,
    fragment,
    async signIn() {
      const body = JSON.stringify({ token: fragment });
      const answer = await exchange(`${origin}/session`, { method: 'POST', headers: json, body });
      return (JSON.parse(answer.body.toString()) as { token: string }).token;
    },
    call: (name, token, body = {}, headers = []) =>
      exchange(`${origin}/control/${name}`, {
        method: 'POST',
        headers: [
          ...json,
          ...(token === undefined ? [] : ([['Authorization', `Bearer ${token}`]] as const)),
          ...headers,
        ],
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
