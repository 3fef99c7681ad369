import { basename } from 'node:path';
import type { Config } from '../../../shared/config/config.ts';
import type { LoginEnvironment } from '../../backends/stdio/login-environment.ts';
import { resolveCommand } from '../../backends/stdio/resolve-command.ts';
import type { Finding } from './finding.ts';

/** What most servers of others are started with. */
const STARTERS = ['npx', 'uvx', 'docker'] as const;

/**
 * Whether the usual starters are on the PATH that backends get: the login shell's. A missing one is a problem where
 * a backend is started with it.
 */
export function checkPrograms(config: Config, login: LoginEnvironment): readonly Finding[] {
  const used = new Set(
    [...config.backends.values()].flatMap((one) => (one.type === 'stdio' ? [bare(one.command)] : [])),
  );
  const note: readonly Finding[] =
    login.note === undefined
      ? []
      : [{ check: 'programs', subject: 'PATH', state: 'note', message: login.note }];
  return [...note, ...STARTERS.map((name) => look(name, login, used.has(name)))];
}

function look(name: string, { variables }: LoginEnvironment, isUsed: boolean): Finding {
  const path = variables.PATH ?? variables.Path ?? '';
  const search = {
    path,
    cwd: process.cwd(),
    platform: process.platform,
    pathExtensions: variables.PATHEXT ?? '',
  };
  const { found } = resolveCommand(name, search);
  const common = { check: 'programs', subject: name } as const;
  if (found !== undefined) return { ...common, state: 'well', message: found };
  const message = "is not on the login shell's PATH";
  if (!isUsed) return { ...common, state: 'note', message: `${message}; no backend is started with it` };
  const fix = `Install ${name}, or write its full path as the command of the backend.`;
  return { ...common, state: 'problem', message: `${message}, and a backend is started with it`, fix };
}

function bare(command: string): string {
  return basename(command).replace(/\.(exe|cmd|bat)$/i, '');
}
