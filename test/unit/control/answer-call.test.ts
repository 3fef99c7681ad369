import { describe, expect, test, vi } from 'vitest';
import { answerCall } from '../../../shared/control/answer-call.ts';
import type { CallName, ControlApi } from '../../../shared/control/contract.ts';
import { CONTROL_CODES } from '../../../shared/control/control-codes.ts';
import { createClient } from '../../../shared/control/create-client.ts';
import { CALL_NAMES, EVENT_NAMES, shapeEvent } from '../../../shared/control/parse.ts';
import { ControlFault } from '../../../shared/control/result.ts';
import { verifies } from '../../requirements/verifies.ts';
import { SAMPLE_INPUTS } from './sample-inputs.ts';
import { sampleSession, VALUE_CANARY } from './sample-session.ts';

type Implementation = (input: unknown) => Promise<unknown>;

/** A host of which only the given calls do something: the border is under test, not the host. */
function hostWith(functions: Partial<Record<CallName, Implementation>>): ControlApi {
  const api: Record<string, Record<string, Implementation>> = {};
  for (const [name, implementation] of Object.entries(functions)) {
    const [group = '', member = ''] = name.split('.');
    api[group] = { ...api[group], [member]: implementation };
  }
  return api as unknown as ControlApi;
}

function clientOf(api: ControlApi, report = vi.fn()) {
  return createClient((name, input) => answerCall(api, name, structuredClone(input), report));
}

describe('a call', () => {
  test(verifies(['UIX-01'], 'goes there and back with its defaults filled in'), async () => {
    const plan = vi.fn(async () => ({ revision: 'r1', table: { backends: ['a'], rows: [] }, problems: [] }));
    const client = clientOf(hostWith({ 'headers.plan': plan }));
    const answer = await client.headers.plan({});
    expect(plan).toHaveBeenCalledWith({ caller: 'local' });
    expect(answer).toEqual({
      ok: true,
      value: { revision: 'r1', table: { backends: ['a'], rows: [] }, problems: [] },
    });
  });

  test(verifies(['UIX-01'], 'that is refused at the border never reaches the host'), async () => {
    const end = vi.fn(async () => ({}));
    const report = vi.fn();
    const answer = await answerCall(
      hostWith({ 'sessions.end': end }),
      'sessions.end',
      { session: 7 },
      report,
    );
    expect(answer).toMatchObject({ ok: false, error: { code: CONTROL_CODES.invalidInput } });
    expect(end).not.toHaveBeenCalled();
    expect(report).not.toHaveBeenCalled();
  });

  test(verifies(['UIX-01'], 'gives back why the host refused it'), async () => {
    const failure = {
      code: 'config.stale' as const,
      message: 'Somebody saved before you.',
      fix: 'Look again.',
    };
    const set = () => Promise.reject(new ControlFault(failure));
    const client = clientOf(hostWith({ 'headers.set': set }));
    expect(await client.headers.set({ revision: 'r1', names: [] })).toEqual({ ok: false, error: failure });
  });

  test(
    verifies(['UIX-01', 'SEC-05'], 'tells of a defect without what was thrown, and reports it'),
    async () => {
      const thrown = new Error(`broke on ${VALUE_CANARY}`);
      const report = vi.fn();
      const client = clientOf(hostWith({ 'sessions.list': () => Promise.reject(thrown) }), report);
      const answer = await client.sessions.list({});
      expect(answer).toMatchObject({ ok: false, error: { code: CONTROL_CODES.defect } });
      expect(JSON.stringify(answer)).not.toContain(VALUE_CANARY);
      expect(report).toHaveBeenCalledExactlyOnceWith('sessions.list', thrown);
    },
  );

  test(verifies(['UIX-01'], 'that the host does not implement is a defect, not a crash'), async () => {
    const report = vi.fn();
    const answers = await Promise.all(
      CALL_NAMES.map((name) => answerCall(hostWith({}), name, SAMPLE_INPUTS[name], report)),
    );
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: false, error: { code: CONTROL_CODES.defect } });
    expect(report).toHaveBeenCalledTimes(CALL_NAMES.length);
  });
});

describe('an answer', () => {
  test(
    verifies(['UIX-06', 'B38', 'B40', 'B41'], 'loses every key that the contract does not state'),
    async () => {
      const session = sampleSession();
      const client = clientOf(hostWith({ 'sessions.detail': async () => withValueEverywhere(session) }));
      const answer = await client.sessions.detail({ session: 's1' });
      expect(answer).toEqual({ ok: true, value: session });
    },
  );

  test(
    verifies(['UIX-06', 'SEC-05'], 'that does not fit is held back; its defect names places, not values'),
    async () => {
      const report = vi.fn();
      const broken = { ...sampleSession(), openedAt: VALUE_CANARY };
      const client = clientOf(hostWith({ 'sessions.detail': async () => broken }), report);
      const answer = await client.sessions.detail({ session: 's1' });
      expect(answer).toMatchObject({ ok: false, error: { code: CONTROL_CODES.defect } });
      const [, thrown] = report.mock.calls[0] as [string, Error];
      expect(thrown.message).toContain('openedAt: invalid_type');
      expect(JSON.stringify(answer) + thrown.message + thrown.stack).not.toContain(VALUE_CANARY);
    },
  );

  test(
    verifies(['UIX-03'], 'survives foreign text of any length: it is cut between characters'),
    async () => {
      const long = { ...sampleSession(), client: { name: `a${'\u{1f600}'.repeat(40_000)}`, version: '1' } };
      const client = clientOf(hostWith({ 'sessions.detail': async () => long }));
      const answer = await client.sessions.detail({ session: 's1' });
      const name = answer.ok ? answer.value.client.name : '';
      expect(name).toBe(`a${'\u{1f600}'.repeat(32_767)}`);
    },
  );

  test(
    verifies(['UIX-07'], 'that does not arrive or cannot be read is a tagged failure in the window'),
    async () => {
      for (const send of [
        () => Promise.reject(new Error('gone')),
        async () => 'nonsense',
        async () => ({ ok: 1 }),
      ]) {
        const answer = await createClient(send).backends.list({});
        expect(answer).toMatchObject({ ok: false, error: { code: CONTROL_CODES.unreachable } });
      }
    },
  );
});

describe('an event', () => {
  test(verifies(['UIX-06', 'B38'], 'loses every key that the contract does not state'), () => {
    const { captured: _, seenNotAllowed, expiresAt, warnings, backends, ...fields } = sampleSession();
    const line = {
      backend: 'billing',
      status: { state: 'ready' as const, since: 1 },
      capturedCount: 1,
      drifted: true,
    };
    const payload = { sessions: [{ ...fields, backends: [line] }], ended: ['s0'] };
    expect(shapeEvent('sessions.changed', withValueEverywhere(payload))).toEqual(payload);
  });

  test(verifies(['SEC-05'], 'that does not fit is not sent; the error names places, not values'), () => {
    for (const name of EVENT_NAMES) {
      expect(() => shapeEvent(name, VALUE_CANARY)).toThrow(
        `${name} does not fit the contract at input: invalid_type`,
      );
    }
  });
});

/** Adds a key with the value to every object, as a careless host could. */
function withValueEverywhere(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withValueEverywhere);
  if (typeof node !== 'object' || node === null) return node;
  const members = Object.entries(node).map(([key, member]) => [key, withValueEverywhere(member)]);
  return { ...Object.fromEntries(members), value: VALUE_CANARY };
}
