/** What a look at one thing found. `note`: worth knowing, but nothing is broken by it. */
export interface Finding {
  readonly check: 'config' | 'port' | 'keychain' | 'programs' | 'backends' | 'clients' | 'clock';
  readonly subject: string;
  readonly state: 'well' | 'note' | 'problem';
  /** Plain words; no value of a secret or header. */
  readonly message: string;
  /** The way out of a problem. */
  readonly fix?: string;
}

const MARKS = { well: 'ok', note: 'note', problem: 'PROBLEM' } as const;

/** The findings for people, by check; a way out stands below its finding. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings.flatMap(({ check, subject, state, message, fix }) => {
    const start = `${MARKS[state].padEnd(8)} ${check.padEnd(9)}`;
    // What the drivers say begins with the backend's name already.
    const what = subject === '' || message.startsWith(subject) ? message : `${subject}: ${message}`;
    return [`${start} ${what}`, ...(fix === undefined ? [] : [`${' '.repeat(18)} -> ${fix}`])];
  });
}
