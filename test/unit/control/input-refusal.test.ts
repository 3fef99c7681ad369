import { describe, expect, test } from 'vitest';
import { CONTROL_CODES } from '../../../shared/control/control-codes.ts';
import { CALL_LIMITS } from '../../../shared/control/limits.ts';
import { CALL_NAMES, parseCall } from '../../../shared/control/parse.ts';
import { verifies } from '../../requirements/verifies.ts';
import { SAMPLE_INPUTS, SECRET_CANARY } from './sample-inputs.ts';

const CANARY = 'canary-7f3a9c';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Every copy of `value` in which one object, at any depth, was handed to `change`. */
function changedObjects(value: Json, change: (object: { [key: string]: Json }) => Json): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      changedObjects(item, change).map((copy) => value.map((old, at) => (at === index ? copy : old))),
    );
  }
  const inside = Object.entries(value).flatMap(([key, member]) =>
    changedObjects(member, change).map((copy): Json => ({ ...value, [key]: copy })),
  );
  return [change(value), ...inside];
}

/** Every copy of `value` in which one leaf, at any depth, is of a wrong type. */
function wrongLeaves(value: Json): Json[] {
  if (Array.isArray(value)) {
    const inside = value.flatMap((item, index) =>
      wrongLeaves(item).map((copy): Json => value.map((old, at) => (at === index ? copy : old))),
    );
    return [{ length: 1 }, CANARY, ...inside];
  }
  if (typeof value === 'object' && value !== null) {
    const inside = Object.entries(value).flatMap(([key, member]) =>
      wrongLeaves(member).map((copy): Json => ({ ...value, [key]: copy })),
    );
    return [[value], CANARY, ...inside];
  }
  return typeof value === 'string' ? [7, [CANARY], { [CANARY]: 1 }] : [CANARY, [true], {}];
}

function withOwnProto(object: { [key: string]: Json }): Json {
  return JSON.parse(
    `{"__proto__":{"polluted":true},${JSON.stringify(object).slice(1)}`.replace(',}', '}'),
  ) as Json;
}

describe.each(CALL_NAMES)('%s', (name) => {
  const sample = SAMPLE_INPUTS[name] as Json;

  test(verifies(['UIX-01'], 'takes its sample and gives it back unchanged'), () => {
    const parsed = parseCall(name, sample);
    expect(parsed).toEqual({ ok: true, call: { name, input: sample } });
  });

  test(verifies(['UIX-01'], 'refuses a key beyond the contract, at every depth'), () => {
    for (const extra of ['extra', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      for (const input of changedObjects(sample, (object) => ({ ...object, [extra]: CANARY }))) {
        expectRefused(name, input);
      }
    }
  });

  test(verifies(['UIX-01', 'CFG-07'], 'refuses an own __proto__ key, at every depth'), () => {
    for (const input of changedObjects(sample, withOwnProto)) expectRefused(name, input);
    expect({}).not.toHaveProperty('polluted');
  });

  test(verifies(['UIX-01'], 'refuses a wrong type in place of each field'), () => {
    for (const input of wrongLeaves(sample)) expectRefused(name, input);
  });

  test(verifies(['UIX-01'], 'refuses what is no plain object'), () => {
    for (const input of [
      undefined,
      null,
      0,
      '',
      CANARY,
      true,
      [],
      [sample],
      new Map(),
      new Date(0),
      () => 1,
      1n,
    ]) {
      expectRefused(name, input);
    }
  });
});

test(
  verifies(['UIX-01'], 'refuses a change of the config file that does not say which state of it was seen'),
  () => {
    const changes = CALL_NAMES.filter((name) => 'revision' in SAMPLE_INPUTS[name]);
    expect(changes).toContain('headers.set');
    for (const name of changes) {
      const { revision: _, ...rest } = SAMPLE_INPUTS[name] as { revision: string };
      expectRefused(name, rest);
    }
  },
);

test(verifies(['UIX-01'], 'refuses a call that does not exist, names of the prototype included'), () => {
  const names = ['', 'backends', 'backends.', '.list', 'backends.list.x', 'Backends.list', 'constructor'];
  const prototypeNames = [
    '__proto__',
    'toString',
    'backends.constructor',
    'backends.__proto__',
    '__proto__.x',
  ];
  for (const name of [...names, ...prototypeNames, undefined, null, 7, {}, ['backends.list']]) {
    const parsed = parseCall(name, {});
    expect(parsed).toEqual({
      ok: false,
      error: expect.objectContaining({ code: CONTROL_CODES.unknownCall }),
    });
  }
});

test(
  verifies(['UIX-01'], 'refuses 50 MB, 10 million items and endless nesting without reading them all'),
  () => {
    const huge = { text: 'x'.repeat(50_000_000) };
    const wide = { revision: 'r', names: new Array(10_000_000).fill('') };
    const deep: Record<string, unknown> = {};
    deep.form = deep;
    const started = performance.now();
    for (const [name, input] of [
      ['backends.parsePaste', huge],
      ['headers.set', wide],
      ['backends.check', deep],
    ] as const) {
      expectRefused(name, input);
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  },
);

test(verifies(['UIX-01'], 'counts keys and characters over all parts of an input'), () => {
  const many = Array.from({ length: CALL_LIMITS.nodes }, () => 'x');
  const parsed = parseCall('headers.set', { revision: 'r', names: many });
  expect(parsed).toMatchObject({ ok: false, error: { message: 'What was passed is too large.' } });
});

function expectRefused(name: string, input: unknown): void {
  const parsed = parseCall(name, input);
  expect(parsed, describeInput(input)).toMatchObject({
    ok: false,
    error: { code: CONTROL_CODES.invalidInput },
  });
  expect(JSON.stringify(parsed)).not.toContain(SECRET_CANARY);
}

function describeInput(input: unknown): string {
  return typeof input === 'object' ? Object.prototype.toString.call(input) : typeof input;
}
