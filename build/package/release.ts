import type { Configuration } from 'electron-builder';
import { type Target, targetName } from './system.ts';

/** What a build says of where it comes from, and where it asks for newer ones. */
export interface Release {
  readonly overrides: Pick<Configuration, 'publish' | 'extraMetadata'> & { readonly maintainer?: string };
  /** For the log of the run. */
  readonly said: string;
}

/**
 * A release's origin, from `PATCHBAY_REPOSITORY` (the https address of a repository whose releases hold the packages) and
 * `PATCHBAY_MAINTAINER` (`Name <address>`). Without a repository, nothing is claimed: the packages keep names under
 * `.invalid`, which belongs to nobody (RFC 2606), and have no feed. Each target has a feed file of its own, because
 * their packages are made on different machines. Throws `Error` for an address that is not https.
 */
export function releaseFor(target: Target, env: NodeJS.ProcessEnv): Release {
  const { PATCHBAY_REPOSITORY: repository = '', PATCHBAY_MAINTAINER: maintainer = '' } = env;
  const claimed = maintainer === '' ? {} : { maintainer };
  if (repository === '') {
    const said = 'no feed for updates: PATCHBAY_REPOSITORY is not set';
    return { overrides: { ...claimed, publish: null }, said };
  }
  if (!URL.canParse(repository) || new URL(repository).protocol !== 'https:') {
    throw new Error('PATCHBAY_REPOSITORY has to be an https address');
  }
  const homepage = repository.replace(/\/+$/, '');
  const url = `${homepage}/releases/latest/download`;
  const publish = { provider: 'generic', url, channel: `latest-${targetName(target)}` } as const;
  return {
    overrides: { ...claimed, publish, extraMetadata: { homepage } },
    said: `updates are asked for at ${url}`,
  };
}
