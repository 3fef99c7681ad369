import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { startScript } from '../../support/processes.ts';
import { openSession } from '../../support/session.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const MAIN = join(import.meta.dirname, '../../../electron/headless/main.ts');
const CAPTURED = 'captured-canary/ü?42';
const LATER = 'later-canary/ü?43';
const SECRET = 'secret-canary/&=44';
const ENV_SECRET = 'env-canary/&=45';

/** The spellings under which a value could have been written down (SEC-05). */
function spellings(value: string): string[] {
  const bytes = Buffer.from(value, 'latin1');
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  return [
    value,
    bytes.toString('utf8'),
    // Inside a longer text the first and last characters of base64 depend on their neighbours.
    base64.slice(0, -2),
    Buffer.from(`Bearer ${value}`).toString('base64').slice(10, -4),
    bytes.toString('base64url').slice(0, -2),
    bytes.toString('hex'),
    encodeURIComponent(value),
    escape(value),
    JSON.stringify(value).slice(1, -1),
  ];
}

async function filesUnder(folder: string): Promise<[path: string, bytes: Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(files.map(async (path) => [path, await readFile(path)] as [string, Buffer]));
}

test(
  verifies(['B38', 'PAS-17', 'SEC-05'], 'after work, errors and a kill no value is on disk or in any output'),
  async () => {
    await using http = await startPlainBackend({
      catalog: {
        handlers: {
          'prompts/get': () => {
            throw new Error(`${SECRET} ${CAPTURED} in an error of the backend`);
          },
        },
      },
    });
    await using home = await createTempDir();
    const config = {
      version: 1,
      gateway: { auth: { mode: 'anonymous' } },
      passthroughHeaders: ['X-Tenant', 'X-Static'],
      backends: {
        http: { type: 'http', url: http.url, secretHeaders: ['X-Api-Key'] },
        process: {
          type: 'stdio',
          ...stdioBackend(),
          envFromHeaders: { TENANT: 'X-Tenant' },
          secretEnv: ['TOKEN'],
        },
        // Says its secret aloud on standard error, which goes to our log, and ends.
        noisy: {
          type: 'stdio',
          command: process.execPath,
          args: ['-e', 'console.error("my token is", process.env.TOKEN)'],
          secretEnv: ['TOKEN'],
        },
        collides: { type: 'http', url: http.url, headers: { 'X-Static': 'plain' } },
        dead: { type: 'http', url: 'http://127.0.0.1:9/mcp', secretHeaders: ['X-Api-Key'] },
      },
    };
    await writeFile(home.file('config.json'), JSON.stringify(config), { mode: 0o600 });
    const secrets = {
      http: { headers: { 'X-Api-Key': SECRET } },
      dead: { headers: { 'X-Api-Key': SECRET } },
      process: { env: { TOKEN: ENV_SECRET } },
      noisy: { env: { TOKEN: ENV_SECRET } },
    };
    const running = await startScript(
      MAIN,
      ['serve', '--config', home.file('config.json'), '--port', '0', '--json', '--verbose'],
      { env: { HOME: home.path, PATCHBAY_SECRETS: JSON.stringify(secrets) } },
    );
    const { url } = running.ready;
    const session = await openSession(url, { openingHeaders: [['X-Tenant', CAPTURED]] });
    const reached = (await session.call('http_headers')).text;
    expect(reached).toContain(SECRET);
    expect(JSON.parse((await session.call('process_env')).message.result.content[0].text)).toMatchObject({
      TOKEN: ENV_SECRET,
    });
    await session.call('http_echo', { message: 'drift' }, { headers: [['X-Tenant', LATER]] });
    expect((await session.request('prompts/get', { name: 'http_greet' })).text).toContain(SECRET);
    const collided = await openSession(url, {
      openingHeaders: [
        ['X-Tenant', CAPTURED],
        ['X-Static', LATER],
      ],
    });
    expect(collided.opening.status).toBe(400);
    await http.close();
    await session.call('http_echo', { message: 'lost' });
    await session.call('process_crash');
    const inProcess = await readFile(`/proc/${running.pid}/cmdline`).catch(() => Buffer.alloc(0));
    const { stdout, stderr } = await running.stop('SIGKILL');
    expect(stderr).toContain('session opened');
    expect(stderr).toContain('my token is');
    const written = await filesUnder(home.path);
    expect(written.map(([path]) => path).join()).toContain('.log');
    const places: [string, Buffer][] = [
      ...written,
      ['stdout', Buffer.from(stdout)],
      ['stderr', Buffer.from(stderr)],
      ['command line', inProcess],
      ['answer to the collision', Buffer.from(collided.opening.text)],
    ];
    const found = [CAPTURED, LATER, SECRET, ENV_SECRET].flatMap((value) =>
      spellings(value).flatMap((spelling) =>
        places
          .filter(([, bytes]) => bytes.includes(spelling) || bytes.includes(Buffer.from(spelling, 'latin1')))
          .map(([path]) => `${spelling} in ${path}`),
      ),
    );
    expect(found).toEqual([]);
  },
);

test(verifies(['B38', 'B41'], 'activity, events and the seen names hold no value'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { passthroughHeaders: ['X-Tenant'], backends: { one: { type: 'http', url: one.url } } },
  });
  const told: unknown[] = [];
  const { listeners } = gateway.patchbay;
  using _noted = listeners.noted.add((entry) => void told.push(entry));
  using _backends = listeners.backendsChanged.add((name) => void told.push(name));
  const session = await gateway.open({
    openingHeaders: [
      ['X-Tenant', CAPTURED],
      ['X-Not-Listed', LATER],
    ],
  });
  await session.call('one_echo', { message: SECRET }, { headers: [['X-Tenant', LATER]] });
  await session.request('resources/read', { uri: 'test://one' });
  await session.delete();
  expect(told.length).toBeGreaterThan(2);
  const text = JSON.stringify([told, gateway.patchbay.activity.entries(), gateway.patchbay.seen.list()]);
  for (const value of [CAPTURED, LATER, SECRET]) {
    expect(text).not.toContain(value);
    expect(gateway.logLines.join()).not.toContain(value);
  }
  expect(gateway.patchbay.gateway.sessions.size()).toBe(0);
});
