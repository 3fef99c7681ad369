/**
 * The value that a pasted line gives a name. In a shell command the quote before the name says where it ends; a bare
 * line ends at its end, without a continuation mark.
 */
export function pastedValue(line: string, name: string): string {
  const start = line.toLowerCase().indexOf(`${name.toLowerCase()}:`);
  if (start < 0) return '';
  const rest = line.slice(start + name.length + 1);
  const before = line[start - 1];
  const end = before === '"' || before === "'" ? rest.indexOf(before) : -1;
  return (end < 0 ? rest.replace(/\s*\\\s*$/, '') : rest.slice(0, end)).trim();
}
