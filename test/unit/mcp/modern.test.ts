import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editMembers } from '../../../shared/json/edit-members.ts';
import { claimsModern, readEnvelope } from '../../../shared/mcp/envelope.ts';
import { decodeHeaderValue, encodeHeaderValue } from '../../../shared/mcp/header-value.ts';
import { META, MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import {
  isExpected,
  paramHeadersOf,
  paramHeaderValues,
  saysTheSame,
} from '../../../shared/mcp/param-headers.ts';
import { verifies } from '../../requirements/verifies.ts';

const text = fc.string({ unit: 'binary' });

describe('values of mirrored headers', () => {
  test(verifies(['TRN-11'], 'every text comes back, and what is sent is visible ASCII'), () => {
    fc.assert(
      fc.property(text, (one) => {
        const value = encodeHeaderValue(one);
        expect(value).toMatch(/^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/);
        expect(decodeHeaderValue(value)).toBe(one);
      }),
    );
  });

  test('the encoding is the one that Buffer knows', () => {
    fc.assert(
      fc.property(text, (one) => {
        const base64 = Buffer.from(one).toString('base64');
        expect(decodeHeaderValue(`=?base64?${base64}?=`)).toBe(one);
      }),
    );
  });

  test.each(['=?base64?a?=', '=?base64?YQ=?=', '=?base64?/w==?=', '=?base64?Y Q==?='])(
    '%s is refused',
    (value) => {
      expect(decodeHeaderValue(value)).toBeUndefined();
    },
  );

  test('a plain text that looks encoded is encoded once more', () => {
    expect(encodeHeaderValue('=?base64?YQ==?=')).not.toBe('=?base64?YQ==?=');
    expect(decodeHeaderValue('=?base64?')).toBe('=?base64?');
  });
});

describe('headers that a tool asks for', () => {
  const schema = {
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      again: { type: 'string', 'x-mcp-header': 'REGION' },
      bad: { type: 'string', 'x-mcp-header': 'no name' },
      list: { type: 'array', 'x-mcp-header': 'List', items: { type: 'string', 'x-mcp-header': 'Item' } },
      deep: { type: 'object', properties: { count: { type: 'integer', 'x-mcp-header': 'Count' } } },
    },
  };
  const declared = paramHeadersOf(schema);

  test('only names on primitives count, each once, at any depth', () => {
    expect(declared.map(({ header, path }) => [header, path.join('.')])).toEqual([
      ['Mcp-Param-Region', 'region'],
      ['Mcp-Param-Count', 'deep.count'],
    ]);
  });

  test('what is absent, null or no safe number has no header', () => {
    expect(paramHeaderValues(declared, { region: null, deep: { count: 2 ** 60 } })).toEqual([]);
    expect(paramHeaderValues(declared, JSON.parse('{"__proto__":{"region":"x"}}'))).toEqual([]);
    expect(paramHeaderValues(declared, undefined)).toEqual([]);
  });

  test('what is sent says the same as the arguments', () => {
    fc.assert(
      fc.property(text, fc.maxSafeInteger(), (region, count) => {
        const values = { region, deep: { count } };
        for (const [index, [, value]] of paramHeaderValues(declared, values).entries()) {
          const one = declared[index];
          expect(one !== undefined && isExpected(one, values)).toBe(true);
          expect(one !== undefined && saysTheSame(one, decodeHeaderValue(value) ?? '', values)).toBe(true);
        }
      }),
    );
  });

  test('42.0 is 42 for a number, and another text for a text', () => {
    const [region, count] = declared;
    expect(count !== undefined && saysTheSame(count, '42.0', { deep: { count: 42 } })).toBe(true);
    expect(region !== undefined && saysTheSame(region, '42.0', { region: '42' })).toBe(false);
  });
});

describe('the envelope', () => {
  const meta = { [META.protocolVersion]: MODERN_VERSION, [META.clientCapabilities]: {} };

  test('the version key alone says which era it is', () => {
    expect(claimsModern({ _meta: { [META.protocolVersion]: 1 } })).toBe(true);
    expect(claimsModern({ _meta: { [META.clientInfo]: {} } })).toBe(false);
    expect(claimsModern({})).toBe(false);
  });

  test('names the key that is missing or wrong', () => {
    expect(readEnvelope({ _meta: meta })).toMatchObject({ ok: true, envelope: { client: undefined } });
    for (const key of Object.keys(meta)) {
      expect(readEnvelope({ _meta: { ...meta, [key]: undefined } })).toEqual({ ok: false, key });
      expect(readEnvelope({ _meta: { ...meta, [key]: 1 } })).toEqual({ ok: false, key });
    }
    expect(readEnvelope({})).toMatchObject({ ok: false });
  });
});

test('members that stay keep every byte, whatever is set or left out', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string(),
      fc.jsonValue(),
      (object, name, value) => {
        const bytes = new TextEncoder().encode(JSON.stringify(object));
        const whole = { start: 0, end: bytes.length };
        const own = Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
        const set = editMembers(bytes, whole, new Map([[name, JSON.stringify(value)]]));
        expect(JSON.parse(set)).toEqual(JSON.parse(JSON.stringify({ ...own, [name]: value })));
        expect(JSON.parse(editMembers(bytes, whole, new Map([[name, undefined]])))).toEqual(
          JSON.parse(JSON.stringify(own)),
        );
      },
    ),
  );
  const bytes = new TextEncoder().encode('{"n": 12345678901234567890.0 ,"x":1}');
  expect(editMembers(bytes, { start: 0, end: bytes.length }, new Map([['x', undefined]]))).toBe(
    '{"n":12345678901234567890.0}',
  );
});
