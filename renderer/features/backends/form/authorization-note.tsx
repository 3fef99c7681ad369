import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { formWords as words } from '../../../strings/backends.ts';
import { StateIcon } from '../../../ui/icon-state.tsx';
import { type AuthorizationOffer, authorizationOffer } from './authorization.ts';
import type { SecretEditing } from './connection-section.tsx';
import { type RemoteConnection, secretKeyOf } from './draft.ts';
import classes from './form.module.css';

/** Where the sign-in begins in the form; the focus goes there when a header became one. */
export const STRATEGY_FIELD = 'backend-strategy';

/** Says that a static `Authorization` is a sign-in, and makes it one with a click. */
export function AuthorizationNote({
  connection,
  onChange,
  secrets,
  onSecret,
}: {
  connection: RemoteConnection;
  onChange: (connection: RemoteConnection) => void;
} & Pick<SecretEditing, 'secrets' | 'onSecret'>): ReactNode {
  const offer = authorizationOffer(connection, secrets);
  if (offer === undefined) return null;
  const take = ({ secret, value, oldKey, connection: next }: AuthorizationOffer): void => {
    onSecret(secretKeyOf('auth', secret), value, oldKey);
    onChange(next);
    // The button is gone with the header; what is left to fill stands there.
    requestAnimationFrame(() => document.getElementById(STRATEGY_FIELD)?.focus());
  };
  return (
    <div className={classes.note} role="status">
      <StateIcon tone="warn" />
      <span>
        {words.authorizationIs} {offer.value === '' ? words.authorizationAgain : ''}
      </span>
      <Button size="compact-xs" onClick={() => take(offer)}>
        {words.authorizationTake[offer.auth.strategy]}
      </Button>
    </div>
  );
}
