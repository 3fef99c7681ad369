import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { common } from '../../strings/common.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { saveAsFile } from '../../ui/save-as-file.ts';
import { Section } from '../../ui/screen.tsx';
import classes from './settings.module.css';

type Bundle = CallValue<'settings.supportBundle'>;

/** Everything a support bundle would hold, to be read before it is saved anywhere. */
export function SupportPart(): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const [bundle, setBundle] = useState<Bundle>();
  const make = async (): Promise<void> => setBundle(await run(() => client.settings.supportBundle({})));
  return (
    <Section
      title={words.bundleTitle}
      hint={words.bundleHint}
      actions={
        <>
          <Button loading={running} onClick={() => void make()}>
            {words.bundleMake}
          </Button>
          {bundle === undefined ? null : (
            <Button variant="filled" onClick={() => saveAsFile('patchbay-support.txt', asOneText(bundle))}>
              {words.bundleSave}
            </Button>
          )}
        </>
      }
    >
      {bundle === undefined ? null : (
        <>
          {bundle.files.map(({ name, bytes, text }) => (
            <div key={name}>
              <b>{name}</b> <span className={classes.dim}>{common.bytes(bytes)}</span>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
              <pre className={classes.pre} tabIndex={0}>
                <ForeignText text={text} max={20_000} />
              </pre>
            </div>
          ))}
          <b>{words.bundleLeftOut}</b>
          <ul>
            {bundle.leftOut.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}

function asOneText({ files, leftOut }: Bundle): string {
  return [
    ...files.map(({ name, text }) => `===== ${name} =====\n${text}`),
    `===== ${words.bundleLeftOut} =====\n${leftOut.join('\n')}`,
  ].join('\n\n');
}
