import { afterEach, expect, test, vi } from 'vitest';
import { watchNetwork } from '../../../electron/app/network-watch.ts';
import type { Gateway } from '../../../electron/gateway/gateway.ts';
import { wakeBackends } from '../../../electron/gateway/sessions/wake.ts';
import { verifies } from '../../requirements/verifies.ts';

const system = vi.hoisted(() => ({ networkInterfaces: vi.fn() }));
vi.mock('node:os', () => system);
vi.mock('../../../electron/gateway/sessions/wake.ts', () => ({ wakeBackends: vi.fn(async () => undefined) }));

const LOOK_MS = 2_000;
const net = (address: string) => ({ eth0: [{ address, internal: false }] });

afterEach(() => {
  vi.useRealTimers();
});

test(
  verifies(
    ['RES-03', 'NET-01'],
    'a computer that does not tell its addresses ends nothing, and a change is seen later',
  ),
  () => {
    vi.useFakeTimers();
    system.networkInterfaces.mockReturnValue(net('192.0.2.1'));
    using _ = watchNetwork({} as Gateway, () => undefined);
    system.networkInterfaces.mockImplementation(() => {
      throw new Error('uv_interface_addresses returned Unknown system error 24');
    });
    vi.advanceTimersByTime(3 * LOOK_MS);
    system.networkInterfaces.mockReturnValue(net('192.0.2.1'));
    vi.advanceTimersByTime(LOOK_MS);
    expect(wakeBackends).not.toHaveBeenCalled();
    system.networkInterfaces.mockReturnValue(net('192.0.2.2'));
    vi.advanceTimersByTime(LOOK_MS);
    expect(wakeBackends).toHaveBeenCalledOnce();
  },
);
