import { spawnSync } from 'node:child_process';

/** Programs that tests need beside what npm brings, and the Debian packages that hold them. */
const PROGRAMS = [
  { program: 'dbus-daemon', packages: ['dbus'] },
  { program: 'gnome-keyring-daemon', packages: ['gnome-keyring', 'libsecret-1-0'] },
  { program: 'chromium', packages: ['chromium', 'fonts-liberation'] },
  { program: 'xvfb-run', packages: ['xvfb', 'xauth'] },
  { program: '7zz', packages: ['7zip'] },
  { program: 'makensis', packages: ['nsis'] },
  { program: 'ps', packages: ['procps'] },
] as const;

function isThere(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function missing(): (typeof PROGRAMS)[number][] {
  return PROGRAMS.filter(({ program }) => !isThere(program));
}

/**
 * Installs what is missing where that is possible without asking: on Debian, as root. Answers what is missing still, as
 * one sentence with the command that brings it.
 */
export function setUp(): string | undefined {
  const wanted = missing().flatMap(({ packages }) => packages);
  if (wanted.length === 0) return undefined;
  if (isThere('apt-get') && process.getuid?.() === 0) {
    process.stdout.write(`installing for the tests: ${wanted.join(' ')}\n`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update'], { stdio: 'ignore', env });
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...wanted], { stdio: 'ignore', env });
  }
  const still = missing();
  if (still.length === 0) return undefined;
  const programs = still.map(({ program }) => program).join(', ');
  const packages = still.flatMap((entry) => entry.packages).join(' ');
  return `Missing for the tests: ${programs}. Install them: apt-get install -y --no-install-recommends ${packages}`;
}
