import { expect, test } from 'vitest';
import { failure } from '../../../electron/backends/failure.ts';
import type { SessionScope } from '../../../electron/backends/open-transport.ts';
import type { RetryHistory } from '../../../electron/backends/retry.ts';
import {
  afterFailure,
  asCallersMatter,
  type BackendSessionState,
  notReady,
} from '../../../electron/backends/session-state.ts';
import type { HeaderName } from '../../../shared/headers/name.ts';
import { verifies } from '../../requirements/verifies.ts';
import { backendName, config, http, stdio } from '../config/build-config.ts';

const NOW = 1_000_000;
const UNREACHABLE = failure('backend.unreachable', 'billing did not answer (ECONNREFUSED)');
const REFUSED = failure('backend.needs-sign-in', 'billing refused (401)');
const NO_FAILURES = { failures: [] };

function scopeOf(fields: Record<string, unknown>, notCaptured: string[] = []): SessionScope {
  const backend = config({ billing: fields }).backends.get(backendName('billing'));
  if (backend === undefined) throw new Error('the config has no such backend');
  return {
    backend: 'billing',
    config: backend,
    captured: [],
    notCaptured: notCaptured as HeaderName[],
    owner: { kind: 'anonymous' },
  };
}

test(
  verifies(['NET-01'], 'a server that cannot be reached is down, with the time of the next attempt'),
  () => {
    const { state, history } = afterFailure(scopeOf(http()), UNREACHABLE, NO_FAILURES, NOW);
    expect(state).toMatchObject({ state: 'down', failure: UNREACHABLE, attempt: 1 });
    expect(state.state === 'down' && state.retryAt > NOW).toBe(true);
    expect(afterFailure(scopeOf(http()), UNREACHABLE, history, NOW + 1).state).toMatchObject({ attempt: 2 });
  },
);

test('what only a person can mend is off, and is not tried again', () => {
  expect(afterFailure(scopeOf(http()), REFUSED, NO_FAILURES, NOW).state).toEqual({
    state: 'off',
    failure: REFUSED,
  });
});

test(verifies(['STD-03'], 'a process that fails a sixth time within five minutes is off'), () => {
  const history = { failures: [NOW - 5, NOW - 4, NOW - 3, NOW - 2, NOW - 1] };
  expect(afterFailure(scopeOf(stdio()), UNREACHABLE, history, NOW).state.state).toBe('off');
  expect(afterFailure(scopeOf(http()), UNREACHABLE, history, NOW).state.state).toBe('down');
});

test(
  verifies(['B32'], 'a refused session that brought no listed header waits for a caller who brings it'),
  () => {
    const waiting = asCallersMatter(scopeOf(http(), ['X-Team']), REFUSED);
    expect(waiting).toMatchObject({
      code: 'backend.needs-caller-header',
      message: expect.stringContaining('X-Team'),
    });
    expect(asCallersMatter(scopeOf(http()), REFUSED)).toBe(REFUSED);
    expect(asCallersMatter(scopeOf(http(), ['X-Team']), UNREACHABLE)).toBe(UNREACHABLE);
    const auth = { strategy: 'oauth' };
    expect(asCallersMatter(scopeOf(http({ auth }), ['X-Team']), REFUSED)).toBe(REFUSED);
  },
);

test('a request to a backend that is not ready fails by the reason, and as one that was never sent', () => {
  const down: BackendSessionState = { state: 'down', failure: UNREACHABLE, retryAt: NOW, attempt: 1 };
  expect(notReady('billing', down)).toEqual({ ...UNREACHABLE, notProcessed: true });
  expect(notReady('billing', { state: 'opening' })).toMatchObject({
    code: 'backend.off',
    notProcessed: true,
  });
});

test(
  verifies(
    ['RES-03', 'STD-03'],
    'a computer without room for a process is waited for, and no failure of the process',
  ),
  () => {
    const lack = failure('gateway.overloaded', 'Backend "billing" cannot start: no room (EMFILE).');
    const process = scopeOf(stdio());
    let earlier: RetryHistory = NO_FAILURES;
    for (let each = 0; each < 20; each++) {
      const { state, history } = afterFailure(process, lack, earlier, NOW);
      expect(state).toMatchObject({ state: 'down', attempt: 1 });
      expect(state.state === 'down' && state.retryAt - NOW).toBeLessThan(5_000);
      earlier = history;
    }
    expect(earlier).toEqual(NO_FAILURES);
  },
);
