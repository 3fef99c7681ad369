import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packagedBridge } from '../../electron/desktop/packaged-bridge.ts';
import { createTempDir } from '../support/temp-dir.ts';

test.each([
  ['win32', 'patchbay-bridge.exe'],
  ['darwin', 'patchbay-bridge'],
] as const)(
  'on %s, clients are given the program beside the app, which can start the app',
  async (platform, name) => {
    await using resources = await createTempDir();
    const app = { resources: resources.path, platform, program: '/Apps/Patch bay', image: undefined };
    expect(packagedBridge(app)).toBeUndefined();
    mkdirSync(resources.file('bridge'));
    writeFileSync(resources.file('bridge', name), '');
    expect(packagedBridge(app)).toEqual({
      command: resources.file('bridge', name),
      args: [],
      env: { PATCHBAY_START: '/Apps/Patch bay' },
    });
    // What is inside of an AppImage is gone with the app.
    expect(packagedBridge({ ...app, image: '/home/ann/Patchbay.AppImage' })).toBeUndefined();
  },
);
