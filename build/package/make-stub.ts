import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stubExe } from './stub-exe.ts';
import { fuseWire, STUB_TEXT, stubScript } from './stub-text.ts';
import { bridgeName, type Target } from './system.ts';

/**
 * Writes a folder in the shape of an Electron distribution with nothing in it that runs, so that packaging can be tried
 * without the runtime. Every program in it says "stub, not a runtime" or cannot start, and none ends with 0.
 */
export async function makeStub(folder: string, { platform }: Target): Promise<void> {
  if (platform === 'linux') await makeLinux(folder);
  else if (platform === 'win32') await put(join(folder, 'electron.exe'), stubExe(fuseWire()));
  else await makeMac(join(folder, 'Electron.app/Contents'));
  await put(join(folder, 'LICENSE'), `${STUB_TEXT}\n`);
  await put(join(folder, 'version'), `${STUB_TEXT}\n`);
}

/** A stand-in for the bridge of a system whose Node is not here. */
export async function makeStubBridge(folder: string, { platform }: Target): Promise<void> {
  const path = join(folder, bridgeName(platform));
  if (platform === 'win32') await put(path, stubExe());
  else await putProgram(path, stubScript());
}

async function makeLinux(folder: string): Promise<void> {
  await putProgram(join(folder, 'electron'), Buffer.concat([Buffer.from(stubScript()), fuseWire()]));
  await putProgram(join(folder, 'chrome-sandbox'), stubScript());
  await mkdir(join(folder, 'resources'), { recursive: true });
}

/** The app, its framework, which is where macOS has the fuses, and its four helpers. */
async function makeMac(contents: string): Promise<void> {
  const framework = join(contents, 'Frameworks/Electron Framework.framework/Electron Framework');
  await putProgram(framework, Buffer.concat([Buffer.from(stubScript()), fuseWire()]));
  await putApp(contents, 'Electron');
  for (const helper of ['Helper', 'Helper (GPU)', 'Helper (Plugin)', 'Helper (Renderer)']) {
    const name = `Electron ${helper}`;
    await putApp(join(contents, `Frameworks/${name}.app/Contents`), name);
  }
  await mkdir(join(contents, 'Resources'), { recursive: true });
}

async function putApp(contents: string, name: string): Promise<void> {
  await putProgram(join(contents, 'MacOS', name), stubScript());
  await put(
    join(contents, 'Info.plist'),
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>CFBundleExecutable</key><string>${name}</string>
<key>CFBundleName</key><string>${name}</string>
</dict></plist>
`,
  );
}

async function put(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

async function putProgram(path: string, content: string | Buffer): Promise<void> {
  await put(path, content);
  await chmod(path, 0o755);
}
