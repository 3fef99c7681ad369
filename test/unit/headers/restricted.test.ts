import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAllowlist } from '../../../shared/headers/allowlist.ts';
import { canonicalName, findRestriction, RESTRICTED } from '../../../shared/headers/restricted.ts';
import { verifies } from '../../requirements/verifies.ts';
import { http, outcome, parsed } from '../config/build-config.ts';

// The table of the policy, written down a second time: the code's list must not shrink unseen.
const POLICY =
  `Host Connection Keep-Alive Proxy-Connection TE Trailer Transfer-Encoding Upgrade HTTP2-Settings
Content-Length Content-Type Content-Encoding Content-Anything Expect Date Via Max-Forwards Range If-Match If-Range
Accept Accept-Encoding Accept-Charset Accept-Language Authorization Proxy-Authorization Proxy-Authenticate Proxy-Foo
WWW-Authenticate Cookie Cookie2 Set-Cookie Set-Cookie2 DPoP Origin Referer Sec-Fetch-Site Sec-WebSocket-Key
Access-Control-Request-Method DNT Forwarded X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Port
X-Forwarded-Prefix X-Forwarded-User X-Forwarded-Email X-Forwarded-Anything X-Real-IP X-Client-IP X-Cluster-Client-IP
True-Client-IP CF-Connecting-IP Fastly-Client-IP X-Original-URL X-Original-Host X-Rewrite-URL X-Envoy-Internal
X-Goog-Authenticated-User-Email X-Amzn-Oidc-Identity X-Ms-Client-Principal X-Ms-Client-Principal-Id X-HTTP-Method
X-HTTP-Method-Override X-Method-Override Mcp-Session-Id MCP-Protocol-Version Mcp-Method Mcp-Name Mcp-Param-Region
Last-Event-ID X-User-Sub X-User-Email X-User-Name X-User-Anything Remote-User X-Remote-User X-Auth-Request-Email
X-Patchbay-Hop`.split(/\s+/);

const FREE = [
  'X-Env',
  'x-litellm-api-key',
  'User-Agent',
  'traceparent',
  'tracestate',
  'baggage',
  'X-Api-Key',
  'Acceptance',
  'Hosts',
];

function spellings(name: string): string[] {
  return [name, name.toLowerCase(), name.toUpperCase(), name.replaceAll('-', '_')];
}

describe('restricted names', () => {
  test(
    verifies(
      ['B03', 'B09', 'CFG-01', 'CFG-02'],
      'each is refused in the allowlist in every spelling, naming index and canonical name',
    ),
    () => {
      for (const name of POLICY) {
        for (const spelling of spellings(name)) {
          const { names, problems } = checkAllowlist(['X-Fine', spelling]);
          expect(names, spelling).toEqual(['X-Fine']);
          expect(
            problems.map(({ code, place }) => [code, place]),
            spelling,
          ).toEqual([['header.restricted', 'passthroughHeaders[1]']]);
          expect(problems[0]?.message, spelling).toContain(canonicalName(name));
        }
      }
    },
  );

  test(
    verifies(
      ['B45', 'STA-05', 'B61'],
      'each but Authorization is refused as a plain and as a secret static header',
    ),
    () => {
      for (const name of POLICY.filter((entry) => entry !== 'Authorization')) {
        for (const spelling of spellings(name)) {
          const plain = parsed({ backends: { a: http({ headers: { [spelling]: 'v' } }) } });
          expect(outcome(plain), spelling).toEqual([`header.restricted backends.a.headers.${spelling}`]);
          const secret = parsed({ backends: { a: http({ secretHeaders: [spelling] }) } });
          expect(outcome(secret), spelling).toEqual(['header.restricted backends.a.secretHeaders[0]']);
        }
      }
    },
  );

  test(verifies(['B04', 'STA-04'], 'Authorization is never passthrough and may be static'), () => {
    expect(checkAllowlist(['authorization', 'Cookie']).names).toEqual([]);
    expect(findRestriction('AUTHORIZATION', 'static')).toBeUndefined();
    expect(parsed({ backends: { a: http({ secretHeaders: ['Authorization'] }) } }).problems).toEqual([]);
    expect(findRestriction('cookie', 'static')?.class).toBe('credentials');
  });

  test(verifies(['B02'], 'ordinary names, tracing and User-Agent are free'), () => {
    expect(checkAllowlist(FREE)).toEqual({ names: FREE, problems: [] });
  });

  test('the data is lower case, without doubles, each with a reason', () => {
    const patterns = RESTRICTED.entries.map(({ pattern }) => pattern);
    expect(new Set(patterns).size).toBe(patterns.length);
    for (const { pattern, shown, reason } of RESTRICTED.entries) {
      expect(shown.toLowerCase()).toBe(pattern);
      expect(reason).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('neither case nor underscore ever changes the verdict', () => {
    const shuffled = fc
      .constantFrom(...POLICY, ...FREE)
      .chain((name) =>
        fc.tuple(fc.constant(name), fc.array(fc.nat(2), { minLength: name.length, maxLength: name.length })),
      );
    fc.assert(
      fc.property(shuffled, ([name, choices]) => {
        const other = [...name]
          .map((letter, index) => {
            if (letter === '-') return choices[index] === 0 ? '_' : '-';
            return choices[index] === 0 ? letter.toUpperCase() : letter.toLowerCase();
          })
          .join('');
        expect(findRestriction(other, 'passthrough')).toBe(findRestriction(name, 'passthrough'));
      }),
    );
  });
});
