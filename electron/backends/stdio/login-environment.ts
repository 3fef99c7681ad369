import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { delimiter } from 'node:path';
import type { Readable } from 'node:stream';
import { isLack } from './lack.ts';
import { signalGroup } from './process-group.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment a terminal of this user would have, or ours with a note on why it is not that one. */
export interface LoginEnvironment {
  readonly variables: Variables;
  readonly source: 'login-shell' | 'process';
  /** For the user: why the login shell's environment could not be read. */
  readonly note?: string;
  /** The computer had no room for a shell: the next who asks may get another answer. */
  readonly isMakeshift?: boolean;
}

export interface LoginEnvironmentOptions {
  /** The shell to ask; the user's own by default. */
  readonly shell?: string;
  readonly timeoutMs?: number;
  readonly platform?: NodeJS.Platform;
  readonly processVariables?: Variables;
}

type ShellAnswer =
  | { readonly variables: Variables }
  | { readonly failure: string; readonly isLack?: boolean };

const TIMEOUT_MS = 3_000;
const LARGEST_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * Returns a reader of the login environment: asked at the first call, one shell for all callers, kept for good unless
 * there was no room for a shell.
 * Nothing runs before the first call, so that a server without stdio backends never starts a shell. The promise
 * never rejects. On Windows the environment of the process is the user's own.
 */
export function createLoginEnvironment(
  options: LoginEnvironmentOptions = {},
): () => Promise<LoginEnvironment> {
  let reading: Promise<LoginEnvironment> | undefined;
  return () => {
    reading ??= read(options).then((found) => {
      if (found.isMakeshift === true) reading = undefined;
      return found;
    });
    return reading;
  };
}

async function read(options: LoginEnvironmentOptions): Promise<LoginEnvironment> {
  const ours = options.processVariables ?? process.env;
  if ((options.platform ?? process.platform) === 'win32') return { variables: ours, source: 'process' };
  const shell = options.shell ?? userShell(ours);
  const answer = await askShell(shell, options.timeoutMs ?? TIMEOUT_MS, ours);
  if ('failure' in answer) {
    const note = `The environment of the login shell ${shell} could not be read (${answer.failure}); the app's own is used.`;
    return {
      variables: ours,
      source: 'process',
      note,
      ...(answer.isLack === true ? { isMakeshift: true } : {}),
    };
  }
  return { variables: withOurFolders(answer.variables, ours), source: 'login-shell' };
}

function userShell(ours: Variables): string {
  try {
    const { shell } = userInfo();
    if (shell) return shell;
  } catch {
    // A user id without an entry in the user database (containers): the variable is all there is.
  }
  return ours.SHELL || '/bin/sh';
}

/**
 * Runs `env` in an interactive login shell and reads what it prints between two marks (start files print, too).
 * The shell gets its own session: with ours, an interactive shell takes the terminal's foreground group, so that
 * Ctrl-C no longer reaches a server started in a terminal; and its group can be ended when it hangs, which
 * an interactive shell does not do on SIGTERM. Variables of ours do not enter: start files may run anything.
 */
function askShell(shell: string, timeout: number, ours: Variables): Promise<ShellAnswer> {
  return new Promise((resolve) => {
    const mark = randomUUID();
    const script = `printf %s ${mark}; command env -0 2>/dev/null || command env; printf %s ${mark}; exit`;
    const shellEnvironment = Object.fromEntries(
      Object.entries(ours).filter(([name]) => !name.startsWith('PATCHBAY_')),
    );
    const child = spawn(shell, ['-ilc', script], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...shellEnvironment, DISABLE_AUTO_UPDATE: 'true', ZSH_TMUX_AUTOSTART: 'false' },
    });
    // Missing where there were too few file descriptors for it, whatever the type says.
    const output: Readable | undefined = child.stdout;
    const chunks: Buffer[] = [];
    let size = 0;

    let isFinished = false;
    const finish = (result: ShellAnswer) => {
      if (isFinished) return;
      isFinished = true;
      clearTimeout(timer);
      output?.destroy();
      if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
      resolve(result);
    };
    const timer = setTimeout(() => finish({ failure: `no answer within ${timeout} ms` }), timeout);
    child.on('error', (error: NodeJS.ErrnoException) =>
      finish({ failure: error.code ?? 'cannot start', isLack: isLack(error) }),
    );
    output?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_OUTPUT_BYTES) return finish({ failure: 'too much output' });
      chunks.push(chunk);
      const variables = parseBetween(chunks, mark);
      if (variables !== undefined) finish({ variables });
    });
    child.on('close', (code) => finish({ failure: `it ended with code ${code ?? 'none'} and no answer` }));
  });
}

function parseBetween(chunks: readonly Buffer[], mark: string): Variables | undefined {
  const parts = Buffer.concat(chunks).toString('utf8').split(mark);
  const [, between] = parts;
  if (parts.length < 3 || between === undefined) return undefined;
  const lines = between.split(between.includes('\0') ? '\0' : '\n');
  const pairs = lines.map((line) => /^([^=]+)=(.*)$/s.exec(line)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value]));
}

/**
 * Appends the folders of our own PATH that the login shell does not have: a container's image often puts
 * programs on the PATH that /etc/profile then drops. The login shell's order comes first.
 */
function withOurFolders(login: Variables, ours: Variables): Variables {
  const folders = [login.PATH, ours.PATH].flatMap((path) => (path ?? '').split(delimiter));
  const known = [...new Set(folders.filter((folder) => folder !== ''))];
  return { ...login, PATH: known.join(delimiter) };
}
