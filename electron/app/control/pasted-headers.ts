import { splitCommandLine } from './command-line.ts';

/** One header of a pasted request, with the line on which it stands, from 1. */
export interface PastedHeader {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

const MAX_FIELDS = 1_000;

/**
 * The headers in a pasted text: lines `Name: value`, as many as 1,000, or the `-H` options of a curl command. Request
 * lines and blank lines are passed over. One character per UTF-16 unit, as typed.
 */
export function readPastedHeaders(pasted: string): readonly PastedHeader[] {
  const found = /^\s*(?:\$\s*)?curl\s/.test(pasted) ? ofCurl(pasted) : ofLines(pasted);
  return found.slice(0, MAX_FIELDS);
}

function ofLines(text: string): PastedHeader[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const field = fieldOf(line);
    return field === undefined ? [] : [{ ...field, line: index + 1 }];
  });
}

function ofCurl(text: string): PastedHeader[] {
  const split = splitCommandLine(text);
  if (!split.ok) return [];
  const { words } = split;
  let from = 0;
  return words.flatMap((word, index): PastedHeader[] => {
    const isFlag = word === '-H' || word === '--header';
    const given = isFlag ? words[index + 1] : /^(?:-H|--header=)(.+)$/s.exec(word)?.[1];
    const field = given === undefined ? undefined : fieldOf(given);
    if (given === undefined || field === undefined) return [];
    const at = text.indexOf(given, from);
    if (at >= 0) from = at + given.length;
    return [{ ...field, line: lineAt(text, Math.max(at, 0)) }];
  });
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function fieldOf(line: string): { name: string; value: string } | undefined {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim();
  // A request line has its first colon in the address.
  if (name === '' || /^[A-Z]+ \S/.test(name)) return undefined;
  return { name: name.slice(0, 1_024), value: line.slice(colon + 1).trim() };
}
