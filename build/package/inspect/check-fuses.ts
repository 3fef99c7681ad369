import { FuseV1Options, type FuseVersion, getCurrentFuseWire } from '@electron/fuses';
import { type Finding, finding } from './finding.ts';

const OFF = '0'.charCodeAt(0);
const ON = '1'.charCodeAt(0);

/** Every fuse and where it has to be (threats.md 1.6). */
const WANTED: readonly (readonly [keyof typeof FuseV1Options, boolean])[] = [
  ['RunAsNode', false],
  ['EnableCookieEncryption', true],
  ['EnableNodeOptionsEnvironmentVariable', false],
  ['EnableNodeCliInspectArguments', false],
  ['EnableEmbeddedAsarIntegrityValidation', true],
  ['OnlyLoadAppFromAsar', true],
  ['LoadBrowserProcessSpecificV8Snapshot', false],
  ['GrantFileProtocolExtraPrivileges', false],
];

/** Reads the fuses back out of the packed program; a fuse that this list does not know is named, too. */
export async function checkFuses(electron: string): Promise<Finding[]> {
  const { version, ...wire } = await getCurrentFuseWire(electron);
  const states: Readonly<Record<string, unknown>> = wire;
  const known = WANTED.map(([name, wanted]) => {
    const state = states[FuseV1Options[name]];
    return finding(
      state === (wanted ? ON : OFF),
      `fuse ${name} is ${shown(state)}, wanted ${wanted ? 'on' : 'off'}`,
    );
  });
  const others = Object.keys(states).filter((index) => Number(index) >= WANTED.length);
  const unknown: Finding[] = others.map((index) => ({
    state: 'not run',
    what: `fuse ${index} of wire version ${version satisfies FuseVersion} is ${shown(states[index])}, as shipped`,
  }));
  return [...known, ...unknown];
}

function shown(state: unknown): string {
  if (state === ON) return 'on';
  return state === OFF ? 'off' : `neither (${state})`;
}
