const USUAL = /^(?:0|-?[1-9]\d*|"[^"\\]*")$/;

/**
 * One text for all spellings of a JSON-RPC id: `1` and `1.0` are the same id, `1` and `"1"` are not. Integers that JSON
 * parsers round keep their digits, so that two of them are two.
 */
export function idKey(idText: string): string {
  return USUAL.test(idText) ? idText : JSON.stringify(JSON.parse(idText));
}
