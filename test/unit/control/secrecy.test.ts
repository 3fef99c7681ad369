import { describe, expect, expectTypeOf, test } from 'vitest';
import type { CallName, CallValue, EventName, EventPayload } from '../../../shared/control/contract.ts';
import { contract } from '../../../shared/control/contract.ts';
import type { Carries, SecretValue } from '../../../shared/control/vocabulary.ts';
import { verifies } from '../../requirements/verifies.ts';
import { REVIEWED_FIELDS, SHARED_PARTS } from './reviewed-fields.ts';
import { openPlaces, textFields } from './text-fields.ts';

/** Whether a secret's branded type stands anywhere inside a type. */
type HoldsSecret<T> = T extends SecretValue
  ? true
  : T extends readonly (infer Item)[]
    ? HoldsSecret<Item>
    : T extends object
      ? { [Key in keyof T]-?: HoldsSecret<T[Key]> }[keyof T]
      : false;

type CallsWithSecret = {
  [Name in CallName]: true extends HoldsSecret<CallValue<Name>> ? Name : never;
}[CallName];
type EventsWithSecret = {
  [Name in EventName]: true extends HoldsSecret<EventPayload<Name>> ? Name : never;
}[EventName];

const calls = Object.entries(contract.calls).flatMap(([group, members]) =>
  Object.entries(members).map(([member, definition]) => ({ name: `${group}.${member}`, ...definition })),
);
const events = Object.entries(contract.events).flatMap(([group, members]) =>
  Object.entries(members).map(([member, definition]) => ({
    name: `event ${group}.${member}`,
    ...definition,
  })),
);
const outgoing = [
  ...calls.map(({ name, output }) => ({ name, schema: output })),
  ...events.map(({ name, payload }) => ({ name, schema: payload })),
];
const fields = outgoing.flatMap(({ name, schema }) =>
  textFields(schema, 'output').map((field) => ({ ...field, path: `${name}${field.path}` })),
);

test(verifies(['UIX-06', 'B40'], 'by type, only a reveal and a new token hold a secret'), () => {
  expectTypeOf<CallsWithSecret>().toEqualTypeOf<'sessions.reveal' | 'tokens.create'>();
  expectTypeOf<EventsWithSecret>().toEqualTypeOf<never>();
});

describe('every text that leaves the host', () => {
  test(verifies(['UIX-06', 'B38'], 'says what it carries'), () => {
    expect(fields.filter(({ carries }) => carries === 'undeclared')).toEqual([]);
  });

  test.each(Object.keys(REVIEWED_FIELDS) as (keyof typeof REVIEWED_FIELDS)[])(
    verifies(['UIX-06', 'B38', 'B40'], 'that carries more than names was reviewed: %s'),
    (carries) => {
      expect(partsThatCarry(carries)).toEqual([...REVIEWED_FIELDS[carries]].sort());
    },
  );

  test(
    verifies(['B38', 'B40', 'B41'], 'about a session is a name, a sentence, a claim or foreign: no value'),
    () => {
      const about = fields.filter(
        ({ path }) => /(^|event )sessions\./.test(path) && !path.endsWith('reveal.value'),
      );
      expect(about.length).toBeGreaterThan(50);
      const kinds = new Set(about.map(({ carries }) => carries));
      expect([...kinds].sort()).toEqual(['claim', 'fingerprint', 'foreign', 'handle', 'name', 'sentence']);
    },
  );

  test(verifies(['UIX-01'], 'has an end, as has every list; no object lets unknown keys through'), () => {
    expect(fields.filter(({ bounded, path }) => !bounded && !isForeignJson(path))).toEqual([]);
    expect(
      outgoing.flatMap(({ schema, name }) => openPlaces(schema, 'output').map((at) => name + at)),
    ).toEqual([]);
  });
});

describe('every input', () => {
  test(verifies(['UIX-01'], 'is bounded in all of its texts and lists, and takes no unknown keys'), () => {
    const unbounded = calls.flatMap(({ name, input }) =>
      textFields(input, 'input')
        .filter(({ bounded }) => !bounded)
        .map(({ path }) => name + path),
    );
    expect(unbounded).toEqual([]);
    expect(calls.flatMap(({ name, input }) => openPlaces(input, 'input').map((at) => name + at))).toEqual([]);
  });
});

function partsThatCarry(carries: Carries): string[] {
  const parts = fields.filter((field) => field.carries === carries).map(({ path }) => sharedPart(path));
  return [...new Set(parts)].sort();
}

function sharedPart(path: string): string {
  for (const [pattern, part] of SHARED_PARTS) {
    if (pattern.test(path)) return path.replace(pattern, part);
  }
  return path;
}

/** JSON of a backend has no shape of ours; the host caps it (HTP-11). */
function isForeignJson(path: string): boolean {
  return /\.(inputSchema|outputSchema|annotations|result)$/.test(path);
}
