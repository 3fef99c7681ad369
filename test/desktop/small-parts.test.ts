import { expect, test } from 'vitest';
import { createAutostart, HIDDEN_START } from '../../electron/desktop/autostart.ts';
import { trayStateOf, trayWords } from '../../electron/desktop/tray-state.ts';

test.each([
  ['darwin', true],
  ['win32', true],
  ['linux', false],
] as const)(
  'on %s the app starts with the system once a person asks, and stays in the tray then',
  (platform, can) => {
    const set: unknown[] = [];
    const app = {
      getLoginItemSettings: () => ({ openAtLogin: set.length > 0 }),
      setLoginItemSettings: (item: unknown) => void set.push(item),
    } as unknown as Parameters<typeof createAutostart>[0];
    const autostart = createAutostart(app, platform);
    expect({ can: autostart.isSupported, on: autostart.get(), set }).toEqual({ can, on: false, set: [] });
    autostart.set(true);
    autostart.set(false);
    const asked = [
      { openAtLogin: true, args: [HIDDEN_START] },
      { openAtLogin: false, args: [] },
    ];
    expect(set).toEqual(can ? asked : []);
  },
);

test('the tray counts what is not well, and names it where it is one', () => {
  const line = (name: string, state: string) => ({ name, status: { state } });
  const well = ['ready', 'idle', 'starting', 'disabled'].map((state) => line(state, state));
  expect(trayWords(trayStateOf(1, well))).toEqual({ calls: '1 session' });
  const two = [...well, line('docs', 'needs-sign-in'), line('files', 'cannot-start')];
  expect(trayWords(trayStateOf(0, two.slice(0, -1)))).toEqual({
    calls: '0 sessions',
    needs: 'docs needs you',
  });
  expect(trayWords(trayStateOf(3, two))).toEqual({ calls: '3 sessions', needs: '2 backends need you' });
});
