import { Radio, TagsInput, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSnapshot } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { type EmbeddedAuth, withText } from './auth-draft.ts';
import classes from './settings.module.css';

const PROFILE = [
  ['sub', words.profileSub],
  ['email', words.profileEmail],
  ['name', words.profileName],
] as const;
const DEFAULT_SCOPES = ['openid', 'email', 'profile'];

/** Sign-in at Patchbay itself: the person of this machine, or people of a provider behind it. */
export function EmbeddedFields({
  auth,
  onChange,
}: {
  auth: EmbeddedAuth;
  onChange: (auth: EmbeddedAuth) => void;
}): ReactNode {
  const { profile, upstream } = auth;
  return (
    <>
      <Radio.Group
        label={words.people}
        value={upstream === undefined ? 'profile' : 'upstream'}
        onChange={(who) => {
          const { upstream: _, ...rest } = auth;
          const empty = { issuer: '', clientId: '', scopes: DEFAULT_SCOPES };
          onChange(who === 'upstream' ? { ...rest, upstream: empty } : rest);
        }}
      >
        {(['profile', 'upstream'] as const).map((who) => (
          <Radio key={who} size="xs" mt={8} value={who} label={words.peopleOptions[who]} />
        ))}
      </Radio.Group>
      {upstream === undefined ? (
        PROFILE.map(([claim, label]) => (
          <TextInput
            key={claim}
            label={label}
            value={profile[claim] ?? ''}
            onChange={(event) =>
              onChange({ ...auth, profile: withText(profile, claim, event.currentTarget.value) })
            }
          />
        ))
      ) : (
        <UpstreamFields upstream={upstream} onChange={(next) => onChange({ ...auth, upstream: next })} />
      )}
    </>
  );
}

type Upstream = NonNullable<EmbeddedAuth['upstream']>;

function UpstreamFields({
  upstream,
  onChange,
}: {
  upstream: Upstream;
  onChange: (upstream: Upstream) => void;
}): ReactNode {
  const gateway = useSnapshot((snapshot) => snapshot.gateway);
  const comeBack =
    gateway.state === 'listening' ? new URL('/oauth/upstream', gateway.endpoint).href : undefined;
  return (
    <>
      <TextInput
        label={words.issuer}
        description={words.issuerHint}
        placeholder="https://id.example.com"
        value={upstream.issuer}
        spellCheck={false}
        onChange={(event) => onChange({ ...upstream, issuer: event.currentTarget.value.trim() })}
      />
      <TextInput
        label={words.clientId}
        value={upstream.clientId}
        spellCheck={false}
        onChange={(event) => onChange({ ...upstream, clientId: event.currentTarget.value.trim() })}
      />
      <TagsInput
        label={words.upstreamScopes}
        value={upstream.scopes}
        onChange={(scopes) => onChange({ ...upstream, scopes })}
      />
      {comeBack === undefined ? null : (
        <p className={classes.dim}>
          {words.upstreamHint} <code>{comeBack}</code> <CopyText value={comeBack} label={comeBack} />
        </p>
      )}
    </>
  );
}
