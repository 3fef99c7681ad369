import { Checkbox, TagsInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { settingWords as words } from '../../strings/settings.ts';
import { type OidcAuth, withText } from './auth-draft.ts';
import classes from './settings.module.css';

/** An identity provider's tokens: discovered or with an explicit key address, asked about where they are opaque. */
export function OidcFields({
  auth,
  onChange,
}: {
  auth: OidcAuth;
  onChange: (auth: OidcAuth) => void;
}): ReactNode {
  const { issuer, audience, jwksUri, requiredScopes, introspection } = auth;
  return (
    <>
      <TextInput
        label={words.issuer}
        description={words.issuerHint}
        placeholder="https://id.example.com"
        value={issuer}
        spellCheck={false}
        onChange={(event) => onChange({ ...auth, issuer: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={words.audience}
        description={words.audienceHint}
        value={audience}
        spellCheck={false}
        onChange={(event) => onChange({ ...auth, audience: event.currentTarget.value })}
      />
      <TextInput
        label={words.jwks}
        description={words.jwksHint}
        value={jwksUri ?? ''}
        spellCheck={false}
        onChange={(event) => onChange(withText(auth, 'jwksUri', event.currentTarget.value.trim()))}
      />
      <TagsInput
        label={words.scopes}
        value={requiredScopes}
        onChange={(next) => onChange({ ...auth, requiredScopes: next })}
      />
      <Checkbox
        label={words.introspect}
        checked={introspection !== undefined}
        onChange={(event) => {
          const { introspection: _, ...rest } = auth;
          onChange(
            event.currentTarget.checked ? { ...rest, introspection: { url: '', clientId: '' } } : rest,
          );
        }}
      />
      {introspection === undefined ? null : (
        <div className={classes.inner}>
          {(
            [
              ['url', words.introspectUrl],
              ['clientId', words.clientId],
            ] as const
          ).map(([field, label]) => (
            <TextInput
              key={field}
              label={label}
              value={introspection[field]}
              spellCheck={false}
              onChange={(event) =>
                onChange({
                  ...auth,
                  introspection: { ...introspection, [field]: event.currentTarget.value.trim() },
                })
              }
            />
          ))}
        </div>
      )}
    </>
  );
}
