import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import { EXCHANGED, KEPT } from './values.ts';

/** Shorter than what counts as good for one more call: each call asks for a new token. In s. */
const SHORT = 25;

/** A provider whose tokens are all known to the test, with an endpoint that exchanges tokens. */
export interface CanaryProvider extends IdentityProvider {
  /** Every token and client secret that it gave out, by a name. */
  readonly given: ReadonlyMap<string, string>;
  /** From now on it gives nothing: each endpoint in a way of its own, with words that say too much. */
  refuses: boolean;
}

export async function startCanaryProvider(): Promise<CanaryProvider> {
  const machine = { client_id: 'machine', client_secret: KEPT.client, grant_types: ['client_credentials'] };
  const idp = await startIdentityProvider({
    clients: [
      { ...machine, response_types: [], redirect_uris: [] },
      { client_id: 'direct', client_secret: 'direct', redirect_uris: ['http://127.0.0.1/cb'] },
    ],
    accessTokenTtl: SHORT,
    configure: (configuration) => {
      Object.assign(configuration.ttl as object, { ClientCredentials: SHORT });
    },
  });
  const given = new Map<string, string>();
  const note = (body: Readonly<Record<string, unknown>>): void => {
    for (const name of [
      'access_token',
      'refresh_token',
      'id_token',
      'client_secret',
      'registration_access_token',
    ]) {
      const value = body[name];
      if (typeof value === 'string') given.set(`${name} ${given.size}`, value);
    }
  };
  const events = idp.provider as unknown as EventEmitter;
  for (const name of ['grant.success', 'registration_create.success']) {
    events.on(name, ({ body }: { readonly body: Record<string, unknown> }) => note(body));
  }
  const provider: CanaryProvider = Object.assign(idp, { given, refuses: false });
  idp.intercept = (request, response) => {
    const isExchange = request.url === '/exchange';
    if (!isExchange && !(provider.refuses && request.url === '/token')) return false;
    answer(request, response, provider.refuses).catch((error: unknown) => response.destroy(error as Error));
    return true;
  };
  return provider;
}

async function answer(request: IncomingMessage, response: ServerResponse, refuses: boolean): Promise<void> {
  const form = new URLSearchParams(await text(request));
  const send = (status: number, body: string): void =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(body);
  const words = `for ${form} of ${request.headers.authorization} and ${KEPT.client}`;
  if (!refuses) {
    const issued_token_type = 'urn:ietf:params:oauth:token-type:access_token';
    const granted = { access_token: EXCHANGED, token_type: 'Bearer', expires_in: SHORT, issued_token_type };
    return send(200, JSON.stringify(granted));
  }
  switch (form.get('grant_type')) {
    case 'refresh_token':
      return send(200, `{"access_token": ["${form.get('refresh_token')}"], "token_type": ${words}`);
    case 'client_credentials':
      return send(500, JSON.stringify({ error: words }));
    default:
      return send(400, JSON.stringify({ error: 'invalid_grant', error_description: words }));
  }
}
