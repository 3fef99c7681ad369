import { mkdir, writeFile } from 'node:fs/promises';
import { build, createLogger } from 'vite';
import { expect, test } from 'vitest';
import { knownEval } from '../../../build/known-eval.ts';
import { createTempDir } from '../../support/temp-dir.ts';

test('a build warns of every eval but the one that is known', async () => {
  await using folder = await createTempDir();
  const packages = ['http-assert/node_modules/depd', 'other'];
  for (const name of packages) {
    await mkdir(folder.file('node_modules', name), { recursive: true });
    await writeFile(folder.file('node_modules', name, 'index.js'), `module.exports = (x) => eval(x);`);
  }
  const imports = packages.map((name, index) => `import f${index} from './node_modules/${name}/index.js';`);
  const text = `${imports.join('\n')}\nexport const own = (x) => eval(x + f0(x) + f1(x));`;
  await writeFile(folder.file('main.js'), text);
  const warned: string[] = [];
  const customLogger = { ...createLogger(), warn: (message: string) => void warned.push(message) };
  await build({
    root: folder.path,
    configFile: false,
    customLogger,
    logLevel: 'warn',
    plugins: [knownEval()],
    build: { ssr: true, write: false, rolldownOptions: { input: folder.file('main.js') } },
    ssr: { noExternal: true },
  });
  const places = warned.map((message) => /patchbay-test-[^/]+\/(\S+\.js):\d/.exec(message)?.[1]);
  expect(places.sort()).toEqual(['main.js', 'node_modules/other/index.js']);
});
