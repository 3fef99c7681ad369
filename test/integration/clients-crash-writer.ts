// Started by clients-crash.test.ts: connects and disconnects one client over and over until it is killed.
import { applyConnect } from '../../electron/clients/apply.ts';
import type { ClientHost } from '../../electron/clients/host.ts';
import { previewConnect } from '../../electron/clients/preview.ts';
import { undoConnect } from '../../electron/clients/undo.ts';

const [home = '', stateDirectory = '', clientId = '', token = ''] = process.argv.slice(2);
const host: ClientHost = { platform: 'linux', home, env: {}, stateDirectory, now: () => new Date() };

process.stdout.write('ready\n');
for (;;) {
  const preview = await previewConnect(host, { clientId, url: 'http://127.0.0.1:4780/mcp' });
  if (!preview.ok) throw new Error(preview.problem.message);
  const applied = await applyConnect(host, preview.value, { createToken: async () => token });
  if (applied.problems.length > 0) throw new Error(applied.problems[0]?.message);
  const undone = await undoConnect(host, clientId);
  if (undone.problems.length > 0) throw new Error(undone.problems[0]?.message);
}
