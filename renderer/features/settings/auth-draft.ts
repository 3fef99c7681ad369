import { parseGatewaySettings } from '../../../shared/config/parse-settings.ts';
import type { CallValue } from '../../../shared/control/contract.ts';
import type { Problem } from '../../../shared/errors/problem.ts';

export type Auth = CallValue<'settings.get'>['settings']['auth'];
export type OidcAuth = Extract<Auth, { mode: 'oidc' }>;
export type EmbeddedAuth = Extract<Auth, { mode: 'embedded' }>;

/** The least that a mode has. */
export function emptyAuth(mode: Auth['mode']): Auth {
  switch (mode) {
    case 'local':
    case 'anonymous':
      return { mode };
    case 'oidc':
      return { mode, issuer: '', audience: '', requiredScopes: [] };
    case 'embedded':
      return { mode, profile: {} };
  }
}

/** Whether a field that the mode cannot do without is empty: not wrong, but not to be saved. */
export function isUnfinished(auth: Auth): boolean {
  switch (auth.mode) {
    case 'local':
    case 'anonymous':
      return false;
    case 'oidc':
      return [auth.issuer, auth.audience, auth.introspection?.url, auth.introspection?.clientId].includes('');
    case 'embedded':
      return [auth.upstream?.issuer, auth.upstream?.clientId].includes('');
  }
}

/** What is wrong with it, by the rules by which the gateway reads its file; empty fields are not wrong yet. */
export function authProblems(auth: Auth): readonly Problem[] {
  return isUnfinished(auth) ? [] : parseGatewaySettings({ auth }).problems;
}

/** The form with an optional text set, or without it where the text is empty. */
export function withText<Form extends object, Key extends keyof Form>(
  form: Form,
  key: Key,
  text: Form[Key] & string,
): Form {
  const { [key]: _, ...rest } = form;
  return (text === '' ? rest : { ...rest, [key]: text }) as Form;
}
