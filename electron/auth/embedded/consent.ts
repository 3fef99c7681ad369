import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InteractionDetails, Provider } from 'oidc-provider';
import { type ConsentRequest, consentBody, formTarget, sendPage } from './consent-page.ts';

/** Under this path, plus the interaction's id, a person agrees. */
export const CONSENT_PATH = '/oauth/consent/';

/** Who agrees. */
export interface ConsentPerson {
  readonly accountId: string;
  /** How the person is called on the page. */
  readonly name: string;
}

export interface ConsentOptions {
  readonly provider: Provider;
  readonly origin: string;
  readonly formKey: string;
  /** Who is signed in for the sign-in `uid`; `undefined` when that is still to come. */
  readonly personOf: (uid: string) => ConsentPerson | undefined;
  /** Where the browser goes to sign in first. */
  readonly signInFirst: (uid: string) => Promise<string>;
  /**
   * The code that Patchbay shows in its window or on its terminal. Without it any program and any other user of this
   * machine that reaches the port could agree in the person's place (threats.md 1.2).
   */
  readonly confirmationCode?: ((uid: string, clientName: string) => string) | undefined;
}

const MAX_FORM = 4_096;
const MOST_GUESSES = 5;

/** Handles one request to a consent page (OAU-13). Rejects when the request has no sign-in under way. */
export function createConsent(
  options: ConsentOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const guesses = new Map<string, number>();
  const { provider } = options;

  const show = async (
    details: InteractionDetails,
    response: ServerResponse,
    person: ConsentPerson,
    wrongCode: boolean,
  ): Promise<void> => {
    const clientId = String(details.params.client_id);
    const client = await provider.Client.find(clientId);
    const redirectUri = String(details.params.redirect_uri);
    const clientName = client?.clientName ?? clientId;
    const asksCode = options.confirmationCode !== undefined;
    options.confirmationCode?.(details.uid, clientName);
    const mark = formMark(options.formKey, details.uid);
    const action = `${CONSENT_PATH}${details.uid}`;
    const page: ConsentRequest = {
      action,
      mark,
      clientName,
      clientId,
      redirectUri,
      person: person.name,
      asksCode,
      wrongCode,
    };
    sendPage(response, 200, consentBody(page), formTarget(redirectUri));
  };

  const finish = (request: IncomingMessage, response: ServerResponse, result: object): Promise<void> =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });

  const codeFits = (uid: string, typed: string | null): boolean => {
    if (options.confirmationCode === undefined) return true;
    return typed !== null && sameText(typed.trim(), options.confirmationCode(uid, ''));
  };

  return async (request, response) => {
    // Also checks that the browser carries this interaction's cookie.
    const details = await provider.interactionDetails(request, response);
    const person = options.personOf(details.uid);
    if (person === undefined) {
      const location = await options.signInFirst(details.uid);
      response.writeHead(303, {
        Location: location,
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
      });
      response.end();
      return;
    }
    if (request.method === 'GET') return show(details, response, person, false);
    const form = await readForm(request);
    const fromHere = request.headers.origin === undefined || request.headers.origin === options.origin;
    const site = request.headers['sec-fetch-site'];
    const sameSite = site === undefined || site === 'same-origin';
    const marked = sameText(form.get('mark') ?? '', formMark(options.formKey, details.uid));
    if (!fromHere || !sameSite || !marked) {
      return sendPage(response, 403, '<p>This form did not come from Patchbay. Nothing was allowed.</p>');
    }
    const denied = { error: 'access_denied', error_description: 'Refused.' };
    if (form.get('decision') !== 'allow') return finish(request, response, denied);
    if (!codeFits(details.uid, form.get('code'))) {
      const wrong = (guesses.get(details.uid) ?? 0) + 1;
      if (guesses.size > 1_000) guesses.clear();
      guesses.set(details.uid, wrong);
      return wrong >= MOST_GUESSES
        ? finish(request, response, denied)
        : show(details, response, person, true);
    }
    const grant = new provider.Grant({
      accountId: person.accountId,
      clientId: String(details.params.client_id),
    });
    const scope = String(details.params.scope ?? '');
    if (scope !== '') grant.addOIDCScope(scope);
    for (const resource of [details.params.resource].flat()) {
      if (typeof resource === 'string')
        grant.addResourceScope(resource, scope === '' ? 'mcp' : `mcp ${scope}`);
    }
    grant.addResourceScope(`${options.origin}/mcp`, 'mcp');
    const consent = { grantId: await grant.save() };
    return finish(request, response, { login: { accountId: person.accountId }, consent });
  };
}

function formMark(key: string, uid: string): string {
  return createHmac('sha256', key).update(uid).digest('base64url');
}

function sameText(left: string, right: string): boolean {
  const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(left), digest(right));
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = '';
  for await (const chunk of request) {
    body += String(chunk);
    if (body.length > MAX_FORM) throw new RangeError('The form is too large.');
  }
  return new URLSearchParams(body);
}
