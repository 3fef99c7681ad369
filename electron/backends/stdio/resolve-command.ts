import { accessSync, constants, statSync } from 'node:fs';
import { posix, win32 } from 'node:path';

/** Where to look. `path` and `pathExtensions` are the child's own PATH and PATHEXT, not ours. */
export interface CommandSearch {
  readonly path: string;
  /** Folder against which a relative command such as `./server` is read. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Windows only: `.COM;.EXE;.BAT;.CMD`. */
  readonly pathExtensions?: string;
  /** What stands at a place; tests pass their own. */
  readonly inspect?: (file: string) => FileKind;
}

export type FileKind = 'executable' | 'not-executable' | 'directory' | 'absent';

/** The file that will be run, or a sentence for the user with the places that were tried. */
export type ResolvedCommand =
  | { readonly found: string; readonly reason?: never }
  | { readonly found?: never; readonly lookedIn: readonly string[]; readonly reason: string };

const DEFAULT_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';

const OBSTACLE: Record<Exclude<FileKind, 'executable'>, string> = {
  directory: 'is a folder, not a program',
  'not-executable': 'is not executable',
  absent: 'does not exist',
};

/**
 * Finds the program that a backend's `command` names (STD-01; clients.md section 3: "cannot find npx"). Never
 * through a shell: `~` and variables are not expanded. Empty PATH entries, which would mean the current
 * folder, are passed over. Reads the file system, starts nothing, throws nothing.
 */
export function resolveCommand(command: string, search: CommandSearch): ResolvedCommand {
  const inspect = search.inspect ?? inspectFile;
  const isWindows = search.platform === 'win32';
  const paths = isWindows ? win32 : posix;
  const spellings = spellingsOf(command, search, isWindows);
  const hasFolder = command.includes('/') || (isWindows && command.includes('\\'));
  const folders = hasFolder ? [search.cwd] : foldersOf(search.path, paths.delimiter);
  const obstacles: string[] = [];

  for (const folder of folders) {
    for (const spelling of spellings) {
      const file = paths.resolve(folder, spelling);
      const kind = inspect(file);
      if (kind === 'executable') return { found: file };
      if (kind !== 'absent' || hasFolder) obstacles.push(`${file} ${OBSTACLE[kind]}`);
    }
  }
  return { lookedIn: hasFolder ? [] : folders, reason: reasonFor(command, hasFolder, folders, obstacles) };
}

function foldersOf(path: string, delimiter: string): string[] {
  return [...new Set(path.split(delimiter).filter((folder) => folder !== ''))];
}

function spellingsOf(command: string, search: CommandSearch, isWindows: boolean): string[] {
  if (!isWindows) return [command];
  const extensions = (search.pathExtensions || DEFAULT_EXTENSIONS).split(';').filter((text) => text !== '');
  const hasOne = extensions.some((extension) => command.toLowerCase().endsWith(extension.toLowerCase()));
  return hasOne ? [command] : extensions.map((extension) => command + extension);
}

function reasonFor(
  command: string,
  hasFolder: boolean,
  folders: readonly string[],
  obstacles: readonly string[],
): string {
  if (command.trim() === '') return 'The command is empty.';
  if (command.startsWith('~')) {
    return `${command} cannot be started: "~" is not expanded, since no shell is involved. Write the full path.`;
  }
  const [first] = obstacles;
  if (hasFolder) return `${command} cannot be started: ${first ?? 'it does not exist'}.`;
  const where = folders.length === 0 ? 'The PATH is empty.' : `Looked in ${folders.join(', ')}.`;
  const hint = first === undefined ? '' : ` ${first}.`;
  return `${command} was not found in the login shell's PATH. ${where}${hint}`;
}

function inspectFile(file: string): FileKind {
  try {
    if (statSync(file).isDirectory()) return 'directory';
  } catch {
    // No stat, whatever the cause (absent, a file as folder, no permission on the way): nothing to run there.
    return 'absent';
  }
  try {
    accessSync(file, constants.X_OK);
    return 'executable';
  } catch {
    return 'not-executable';
  }
}
