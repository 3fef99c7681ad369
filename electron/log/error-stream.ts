import type { LineSink } from './log-file.ts';

/** Log lines to standard error, for whoever runs the command line. Standard output is for answers only. */
export function createErrorStream(stream: NodeJS.WritableStream = process.stderr): LineSink {
  let usable = true;
  // A reader that has gone (EPIPE) must not take the gateway with it.
  stream.on('error', () => {
    usable = false;
  });
  return {
    write: (line) => void (usable && stream.write(line)),
    close: async () => {},
  };
}
