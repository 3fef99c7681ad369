import type { Restart } from '../../../../shared/clients/definition.ts';
import type { CallEntry } from '../../../../shared/control/activity.ts';
import type { CallAnswer } from '../../../../shared/control/contract.ts';
import type { Problem } from '../../../../shared/errors/problem.ts';
import type { ClientStatus } from '../../../clients/detect.ts';
import type { Hunk } from '../../../clients/diff.ts';
import type { ConnectPreview } from '../../../clients/preview.ts';

type Line = CallAnswer<'clients.detect'>['clients'][number];
type FileChange = CallAnswer<'clients.preview'>['files'][number];

export interface ClientCalls {
  readonly lastCallAt: number | undefined;
  readonly lastCall: CallEntry | undefined;
}

/** One AI client as the window shows it. */
export function clientLine(status: ClientStatus, { lastCallAt, lastCall }: ClientCalls): Line {
  const { id, title, kind, installed, files, problems, abilities, notes } = status;
  return {
    client: id,
    title,
    installed: kind === 'copy' ? 'unknown' : installed ? 'yes' : 'no',
    files: files.slice(0, 8).map(({ path, exists, connection }) => ({
      path,
      status: connection === 'unreadable' ? 'unreadable' : exists ? 'readable' : 'absent',
      connected: connection === 'connected',
      problems: problems.filter(({ place }) => place === path).map(plainProblem),
    })),
    abilities: {
      connectsBy: kind === 'copy' ? 'copy' : abilities.ownHeaders === 'bridge' ? 'bridge' : 'http',
      headers: abilities.envValues || abilities.ownHeaders === 'bridge' ? 'environment' : 'no',
      restartNeeded: abilities.restart !== 'none',
      notes: notes.slice(0, 10),
    },
    ...(lastCallAt === undefined ? {} : { lastCallAt }),
    ...(lastCall?.backend === undefined ? {} : { lastCall: { ...lastCall, backend: lastCall.backend } }),
  };
}

/** Files as they would change; their lines come masked already. */
export function fileChanges(
  files: readonly {
    readonly path: string;
    readonly sha256?: string | null;
    readonly hunks: readonly Hunk[];
  }[],
): FileChange[] {
  return files.slice(0, 8).map(({ path, sha256, hunks }) => ({
    path,
    before: sha256 ?? 'absent',
    hunks: hunks.slice(0, 100).map(({ line, lines }) => ({
      line,
      lines: lines.slice(0, 500).map(({ kind, text }) => ({ kind, text: text.slice(0, 65_536) })),
    })),
  }));
}

const RESTARTS: Readonly<Record<Restart, readonly string[]>> = {
  none: [],
  reload: ['Reload the MCP servers, or the window, of this client.'],
  restart: ['Start the client again; it reads its file at start only.'],
};

/** What is left for the person to do. */
export function stepsAfter({ envByHeader, restart, notes }: ConnectPreview): string[] {
  const variables = Object.entries(envByHeader).map(
    ([header, variable]) => `Set ${variable} in the client's environment to the value of ${header}.`,
  );
  return [...variables, ...RESTARTS[restart], ...notes].slice(0, 10);
}

/** A problem without what only its own area knows of it. */
export function plainProblem({ code, severity, place, message, fix }: Problem): Problem {
  return { code, severity, place, message, fix };
}
