import type { Target } from './system.ts';

export interface Signing {
  readonly sign: boolean;
  readonly notarise: boolean;
  /** What the run has to say of it, one line for each step that is left out or done. */
  readonly said: readonly string[];
}

const APPLE_KEY = ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER'] as const;

/**
 * Whether a package is signed and notarised, by the credentials that are there. Without them nothing is done and it is
 * said; half of them are an error, because a release that was meant to be signed must not come out unsigned. The
 * variables are electron-builder's own, which reads their values itself; here only their presence counts.
 */
export function signingFor({ platform }: Target, env: NodeJS.ProcessEnv): Signing {
  const has = (name: string): boolean => env[name] !== undefined && env[name] !== '';
  if (platform === 'linux') {
    return {
      sign: false,
      notarise: false,
      said: ['not signed: Linux packages are signed by their repository'],
    };
  }
  const certificate = platform === 'win32' && has('WIN_CSC_LINK') ? 'WIN_CSC_LINK' : 'CSC_LINK';
  if (!has(certificate)) {
    const said = [`not signed: no certificate in ${certificate}`];
    if (platform === 'darwin') said.push('not notarised: only a signed app can be');
    return { sign: false, notarise: false, said };
  }
  if (platform === 'win32')
    return { sign: true, notarise: false, said: ['signed with the certificate given'] };
  const given = APPLE_KEY.filter(has);
  if (given.length === 0) {
    return { sign: true, notarise: false, said: ['signed', `not notarised: no ${APPLE_KEY.join(', ')}`] };
  }
  const missing = APPLE_KEY.filter((name) => !has(name));
  if (missing.length > 0) throw new Error(`notarising needs ${missing.join(' and ')}, too`);
  return { sign: true, notarise: true, said: ['signed', 'notarised'] };
}
