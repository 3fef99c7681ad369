/** Words that more than one screen uses. All visible text of the window lives in this folder. */
export const common = {
  appName: 'Patchbay',
  loading: 'Loading…',
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  remove: 'Remove',
  undo: 'Undo',
  edit: 'Edit',
  copy: 'Copy',
  open: 'Open',
  copied: 'Copied',
  retry: 'Try again',
  reload: 'Reload',
  showAll: (characters: number) => `Show all ${characters.toLocaleString('en')} characters`,
  showLess: 'Show less',
  unknown: 'unknown',
  never: 'never',
  bytes: (count: number) => (count === 1 ? '1 byte' : `${count.toLocaleString('en')} bytes`),
  size: (count: number) =>
    count < 1_000
      ? `${count} B`
      : count < 1_000_000
        ? `${(count / 1_000).toFixed(1)} kB`
        : `${(count / 1_000_000).toFixed(1)} MB`,
  items: (count: number, one: string, many: string) =>
    `${count.toLocaleString('en')} ${count === 1 ? one : many}`,
  milliseconds: (value: number) =>
    value < 1_000 ? `${Math.round(value)} ms` : `${(value / 1_000).toFixed(value < 10_000 ? 1 : 0)} s`,
  errorCode: (code: string) => `Error code ${code}`,
  severity: { error: 'Error', warning: 'Warning' },
  controlCharacter: (code: string) => `Invisible character U+${code}`,
  faultTitle: 'This screen could not be shown',
  faultText:
    'A part of it did not load, or the window has a fault. The gateway is not touched by it and goes on. Load the window again.',
  faultReload: 'Load again',
  pastedBreak: (position: number) =>
    `The pasted text has a line break at position ${position}; a value is one line. It was not taken.`,
  pastedLastBreak: (position: number) => `The pasted text ends with a line break, at position ${position}.`,
  leaveBreakOut: 'Take it without the line break',
  linkLost: 'The connection to the gateway is lost. Trying again… What stands here may be old.',
  starting: 'Connecting to the gateway…',
  noAccess: {
    'no-token': {
      title: 'This address opens only with its token',
      text: 'Use the complete address that “patchbay serve --ui” printed. Its last part is the token.',
    },
    'token-refused': {
      title: 'This token is not accepted',
      text: 'A token opens one window once. Start “patchbay serve --ui” again, or ask it for a new address.',
    },
    unreachable: {
      title: 'The gateway does not answer',
      text: 'It may have been stopped. Start it again, then reload this page.',
    },
  },
  detailOf: (what: string) => `Detail: ${what}`,
  back: 'Back to the list',
  nothingFound: 'Nothing matches.',
  search: 'Search',
  staleTitle: 'Somebody else saved in the meantime',
  staleText:
    'The configuration changed after you opened this. Nothing of yours was saved. Load the newest state; what you typed stays here until you do.',
  loadNewest: 'Load the newest state',
} as const;
