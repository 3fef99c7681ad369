import type { App } from 'electron';

/** Chromium's own ways into a page; the fuses close Node's only (build/package/electron-builder.yml). */
const SWITCHES = ['remote-debugging-port', 'remote-debugging-pipe', 'auto-open-devtools-for-tabs'];

/** Takes debug switches off an installed app's command line, before Chromium acts on them: at the first moment (UIX-08). */
export function dropDebugSwitches({
  isPackaged,
  commandLine,
}: Pick<App, 'isPackaged' | 'commandLine'>): void {
  if (isPackaged) for (const name of SWITCHES) commandLine.removeSwitch(name);
}
