import { createScanner, type Node, type SyntaxKind } from 'jsonc-parser';
import { indentOf, lineEndOf, lineStart } from './text-edit.ts';

// jsonc-parser declares its kinds as a const enum, which is not there at run time under type stripping.
const COMMA: SyntaxKind = 5;
const LINE_COMMENT: SyntaxKind = 12;
const BLOCK_COMMENT: SyntaxKind = 13;
const BLANKS: SyntaxKind = 15;

/** How the text around an object is laid out, so that what we add looks like its neighbours. */
export interface JsonLayout {
  readonly lineEnd: string;
  /** One step of indentation. */
  readonly step: string;
  /** Everything stands on one line: we add no line end either. */
  readonly compact: boolean;
  /** No blank after a colon. */
  readonly tight: boolean;
}

/** Reads the layout off a text. */
export function layoutOf(text: string, object: Node): JsonLayout {
  const inner = text.slice(object.offset, object.offset + object.length);
  const step = /(?:^|[\r\n])([ \t]+)["}]/.exec(text)?.[1] ?? '  ';
  const oneLine = !/[\r\n]/.test(text.trim());
  const hasMembers = /[^\s{}]/.test(text);
  const filledOnOneLine = (object.children?.length ?? 0) > 0 && !/[\r\n]/.test(inner);
  return {
    lineEnd: lineEndOf(text),
    step: step.startsWith('\t') ? '\t' : step.slice(0, 8),
    compact: (oneLine && hasMembers) || filledOnOneLine,
    tight: /":\S/.test(inner) || (oneLine && /":\S/.test(text)),
  };
}

/** The value in the given layout; `indent` is that of the line on which it begins. */
export function printJson(value: unknown, layout: JsonLayout, indent: string): string {
  if (layout.compact) return layout.tight ? JSON.stringify(value) : printInline(value);
  return JSON.stringify(value, null, layout.step).replaceAll('\n', layout.lineEnd + indent);
}

/** JSON on one line with a blank after each colon and comma, as people write it. */
export function printInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${printInline(inner)}`)
    .join(', ')}}`;
}

/** The end of the comments that follow on the same line; a new line of ours goes behind them. */
export function lineTrail(text: string, offset: number): number {
  const scanner = createScanner(text, false);
  scanner.setPosition(offset);
  let end = offset;
  for (;;) {
    const kind = scanner.scan();
    if (kind === LINE_COMMENT || kind === BLOCK_COMMENT) end = scanner.getPosition();
    else if (kind !== BLANKS) return end;
  }
}

/** The comma between `from` and `to`, comments skipped. */
export function commaBetween(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  return scanner.scan() === COMMA && scanner.getTokenOffset() < to ? scanner.getTokenOffset() : undefined;
}

/** Whether a node is the first thing on its line. */
function beginsLine(text: string, node: Node): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, node.offset), node.offset));
}

/** The indentation for a new member: that of the members that begin a line, else one step more than the brace's line. */
export function memberIndent(text: string, object: Node, layout: JsonLayout): string {
  const sibling = object.children?.findLast((child) => beginsLine(text, child));
  return sibling === undefined ? indentOf(text, object.offset) + layout.step : indentOf(text, sibling.offset);
}
