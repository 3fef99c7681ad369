export type Level = 'debug' | 'info' | 'warn' | 'error';

/** What a log line may carry besides its message: names, counts, codes. Never a header's value. */
export type LogDetails = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** One line, as the window shows it. */
export interface LogEntry {
  readonly at: number;
  readonly level: Level;
  readonly part: string;
  readonly message: string;
  readonly details: LogDetails;
}

/** Where a part of the program says what it does. Writing never throws and never waits. */
export interface Log {
  debug(message: string, details?: LogDetails): void;
  info(message: string, details?: LogDetails): void;
  warn(message: string, details?: LogDetails): void;
  error(message: string, details?: LogDetails): void;
  /** The same log under another part's name: `gateway`, `backends`. */
  part(name: string): Log;
}

/** A log that keeps nothing, for what runs without one. */
export const SILENT_LOG: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  part: () => SILENT_LOG,
};
