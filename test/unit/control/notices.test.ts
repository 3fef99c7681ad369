import { describe, expect, test } from 'vitest';
import { createTroubleWatch, problemNotices } from '../../../electron/app/control/notices.ts';
import type { BackendState } from '../../../shared/control/backend-state.ts';
import type { ProblemView } from '../../../shared/control/problem-view.ts';

const line = (name: string, status: BackendState) => ({ name, status });
const down: BackendState = { state: 'unreachable', since: 1, reason: 'crm did not answer.', fix: 'Look.' };
const ready: BackendState = { state: 'ready', since: 2 };
const starting: BackendState = { state: 'starting', since: 2 };

describe('notices about backends', () => {
  test('a backend that goes down is told once with its way out, and once when it is back', () => {
    const watch = createTroubleWatch();
    expect(watch.after([line('crm', ready)])).toEqual([]);
    expect(watch.after([line('crm', down)])).toEqual([
      {
        id: 'backend crm',
        level: 'warning',
        message: 'crm did not answer.',
        fix: 'Look.',
        about: 'backends/crm',
      },
    ]);
    for (const status of [down, starting, down]) expect(watch.after([line('crm', status)])).toEqual([]);
    expect(watch.after([line('crm', ready)])).toMatchObject([{ id: 'backend crm', level: 'success' }]);
    expect(watch.after([line('crm', ready)])).toEqual([]);
    expect(watch.after([line('crm', down)])).toHaveLength(1);
  });

  test('another trouble of the same backend is told, under the same id', () => {
    const watch = createTroubleWatch();
    watch.after([line('docs', down)]);
    const needs: BackendState = { state: 'needs-sign-in', reason: 'It asks for a sign-in.' };
    expect(watch.after([line('docs', needs)])).toMatchObject([
      { id: 'backend docs', message: 'docs: It asks for a sign-in.' },
    ]);
  });

  test('many at once are one; what is switched off or wrong in the file is none', () => {
    const watch = createTroubleWatch();
    const names = ['a', 'b', 'c', 'd'];
    expect(watch.after(names.map((name) => line(name, down)))).toMatchObject([
      { id: 'backends', about: 'overview', message: '4 backends are not well: a, b, c and others.' },
    ]);
    const invalid: BackendState = { state: 'invalid', problems: [], reason: 'Wrong.' };
    expect(watch.after([line('e', invalid), line('f', { state: 'disabled' })])).toEqual([]);
  });
});

describe('notices about the file', () => {
  const found = (code: ProblemView['code'], place: string): ProblemView => ({
    code,
    place,
    severity: 'error',
    message: `Wrong at ${place}.`,
    fix: 'Mend it.',
  });

  test('only what is new is told, and leads to where it is mended', () => {
    const old = found('config.field', 'gateway.port');
    const fresh = [
      found('header.collision', 'backends.billing.headers.X-A'),
      found('config.field', 'backends.billing.url'),
      found('config.field', 'gateway.auth.issuer'),
    ];
    expect(problemNotices([old], [old, ...fresh]).map(({ about }) => about)).toEqual([
      'headers',
      'backends/billing/edit',
      'settings/callers',
    ]);
    expect(problemNotices([old], [old])).toEqual([]);
  });

  test('many are three and a count', () => {
    const many = Array.from({ length: 9 }, (_, at) => found('config.field', `backends.b${at}.url`));
    const notices = problemNotices([], many);
    expect(notices).toHaveLength(4);
    expect(notices.at(-1)?.message).toBe('6 more entries of the configuration are wrong.');
  });
});
