import { createHash, randomBytes } from 'node:crypto';
import { until } from '../../support/until.ts';
import type { CanaryWorld } from './world.ts';

const REDIRECT = 'http://127.0.0.1:3333/callback';
const MOST_HOPS = 20;

/** What a person's sign-in at the gateway's own authorization server came to. */
export interface EmbeddedSignIn {
  readonly accessToken: string;
  /** Everything that was handed over on the way and is a secret. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * Signs in as an AI client with a person does: registration, the provider behind, the consent page with the code that
 * the terminal shows, and the code for a token.
 */
export async function signInToGateway({ gateway }: CanaryWorld): Promise<EmbeddedSignIn> {
  const { origin } = new URL(gateway.ready.url);
  const client = await post(`${origin}/oauth/register`, { client_name: 'Cursor', redirect_uris: [REDIRECT] });
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: String(client.client_id),
    response_type: 'code',
    redirect_uri: REDIRECT,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 's-1',
    resource: `${origin}/mcp`,
  });
  const go = browserWithCookies();
  const consent = await follow(go, `${origin}/oauth/authorize?${query}`);
  const mark = /name="mark" value="([^"]+)"/.exec(consent.html)?.[1] ?? '';
  const shown = () => /the code for its page is (\d{6})/.exec(gateway.output().stderr)?.[1];
  const code = await until(shown, 'the code on the terminal');
  const form = new URLSearchParams({ mark, decision: 'allow', code });
  const answered = await go(consent.url, { method: 'POST', body: form });
  const back = await follow(go, new URL(answered.headers.get('location') ?? '', origin).href);
  const authorizationCode = new URL(back.url).searchParams.get('code') ?? '';
  const tokens = await post(`${origin}/oauth/token`, undefined, {
    grant_type: 'authorization_code',
    client_id: String(client.client_id),
    code: authorizationCode,
    code_verifier: verifier,
    redirect_uri: REDIRECT,
    resource: `${origin}/mcp`,
  });
  const accessToken = String(tokens.access_token);
  return {
    accessToken,
    secrets: new Map([
      ['gateway access token', accessToken],
      ['gateway refresh token', String(tokens.refresh_token)],
      ['gateway code', authorizationCode],
      ['code verifier', verifier],
    ]),
  };
}

type Go = (url: string, init?: RequestInit) => Promise<Response>;

/** Keeps the cookies of every origin; follows nothing by itself. */
function browserWithCookies(): Go {
  const jars = new Map<string, Map<string, string>>();
  return async (url, init = {}) => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map((pair) => pair.join('=')).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', ...value] = (line.split(';')[0] ?? '').split('=');
      jar.set(name, value.join('='));
    }
    return response;
  };
}

/** Until a page, or the client's own address, which nobody serves. */
async function follow(go: Go, start: string): Promise<{ readonly url: string; readonly html: string }> {
  let url = start;
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    if (url.startsWith(REDIRECT)) return { url, html: '' };
    const response = await go(url);
    const location = response.headers.get('location');
    const html = await response.text();
    if (location === null) return { url, html };
    url = new URL(location, url).href;
  }
  throw new Error('too many redirects');
}

/** Posts JSON or a form; answers JSON. */
export async function post(
  url: string,
  json: unknown,
  form?: Record<string, string>,
): Promise<Record<string, unknown>> {
  const body = form === undefined ? JSON.stringify(json) : new URLSearchParams(form);
  const headers = form === undefined ? { 'Content-Type': 'application/json' } : {};
  const response = await fetch(url, { method: 'POST', body, headers });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
