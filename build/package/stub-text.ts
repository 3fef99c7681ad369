/** What every stub says of itself. A package that holds it is no installer and is never called one. */
export const STUB_TEXT = 'stub, not a runtime';

/** A stand-in for a program of Linux or macOS: says what it is and fails. */
export function stubScript(): string {
  return `#!/bin/sh\necho '${STUB_TEXT}' >&2\nexit 1\n`;
}

/** The mark in Electron's binary that its fuses follow, and a wire of eight fuses, all as Electron ships them. */
export function fuseWire(): Buffer {
  const shipped = '10110001';
  return Buffer.concat([
    Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX', 'latin1'),
    Buffer.from([1, shipped.length]),
    Buffer.from(shipped, 'latin1'),
    Buffer.from('\n', 'latin1'),
  ]);
}
