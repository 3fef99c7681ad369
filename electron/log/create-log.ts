import { type Logger, pino } from 'pino';
import { createListeners } from '../secrets/change-listeners.ts';
import type { Level, Log, LogDetails, LogEntry } from './log.ts';
import type { LineSink } from './log-file.ts';
import { createRing } from './ring.ts';
import { visibleText } from './visible-text.ts';

/** A log with its ends: where lines go, and what the window reads. */
export interface LogHub extends AsyncDisposable {
  readonly log: Log;
  /** The newest entries, oldest first. */
  recent(): readonly LogEntry[];
  onEntry(listener: (entry: LogEntry) => void): Disposable;
  close(): Promise<void>;
}

export interface LogOptions {
  readonly sinks: readonly LineSink[];
  readonly level?: Level;
  /** Masks every live secret value in a text (SEC-05); from the secret registry. */
  readonly scrub?: (text: string) => string;
  /** How many entries are kept in memory. */
  readonly keep?: number;
  readonly now?: () => Date;
}

/**
 * Makes a log: one JSON object a line to every sink, and the newest entries in memory. Every text passes `scrub`,
 * then has its acting control characters made visible, so that one entry is one line whatever it holds (SEC-09).
 */
export function createLog(options: LogOptions): LogHub {
  const { sinks, level = 'info', scrub = (text: string) => text, keep = 1_000 } = options;
  const now = options.now ?? (() => new Date());
  const ring = createRing<LogEntry>(keep);
  const listeners = createListeners<LogEntry>();
  const root = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => writeAll(sinks, line) },
  );
  const clean = (text: string): string => visibleText(scrub(text));

  const write = (logger: Logger, part: string, at: Level, message: string, details: LogDetails): void => {
    if (!logger.isLevelEnabled(at)) return;
    const entry = {
      at: now().getTime(),
      level: at,
      part,
      message: clean(message),
      details: cleanAll(details, clean),
    };
    logger[at]({ part, ...entry.details }, entry.message);
    ring.add(entry);
    try {
      listeners.tell(entry);
    } catch (error) {
      // Not to the log: a listener that fails on every entry would go round for ever.
      process.emitWarning(`A listener of the log failed: ${String(error)}`);
    }
  };
  const logFor = (part: string): Log => ({
    debug: (message, details = {}) => write(root, part, 'debug', message, details),
    info: (message, details = {}) => write(root, part, 'info', message, details),
    warn: (message, details = {}) => write(root, part, 'warn', message, details),
    error: (message, details = {}) => write(root, part, 'error', message, details),
    part: logFor,
  });
  const close = async (): Promise<void> => void (await Promise.all(sinks.map((sink) => sink.close())));
  return {
    log: logFor('app'),
    recent: () => ring.all(),
    onEntry: (listener) => listeners.add(listener),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function writeAll(sinks: readonly LineSink[], line: string): void {
  for (const sink of sinks) sink.write(line);
}

function cleanAll(details: LogDetails, clean: (text: string) => string): LogDetails {
  const entries = Object.entries(details).map(([name, value]) => {
    if (typeof value === 'string') return [name, clean(value)] as const;
    if (Array.isArray(value)) return [name, value.map((item: string) => clean(item))] as const;
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}
