import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks for one line on standard error. The end of the input, and Ctrl-C, count as an empty line. */
export async function askLine(question: string): Promise<string> {
  return await ask(question, process.stderr);
}

/** The same without showing what is typed. */
export async function askHiddenLine(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asked = ask('', nowhere);
  // Only now: the line above has taken the echo away, and whoever pastes at once must not see a secret.
  process.stderr.write(question);
  const line = await asked;
  process.stderr.write('\n');
  return line;
}

async function ask(question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    return await Promise.race([lines.question(question), ended]);
  } finally {
    lines.close();
  }
}
