import type { Target } from '../system.ts';

const ELF = 0x7f454c46;
const MACH_O_64 = 0xfeedfacf;
const PE_HEADER_AT = 0x3c;

/** The system and processor that a binary is for, out of its header; `undefined` for anything but the six we pack for. */
export function binaryKind(bytes: Buffer): Target | undefined {
  if (bytes.length < 64) return undefined;
  if (bytes.readUInt32BE(0) === ELF) return kind('linux', bytes.readUInt16LE(18), 0x3e, 0xb7);
  if (bytes.readUInt32LE(0) === MACH_O_64) return kind('darwin', bytes.readUInt32LE(4), 0x1000007, 0x100000c);
  const at = bytes.readUInt32LE(PE_HEADER_AT);
  if (bytes.toString('latin1', 0, 2) !== 'MZ' || bytes.length < at + 6) return undefined;
  return kind('win32', bytes.readUInt16LE(at + 4), 0x8664, 0xaa64);
}

function kind(platform: Target['platform'], machine: number, x64: number, arm64: number): Target | undefined {
  if (machine === x64) return { platform, arch: 'x64' };
  return machine === arm64 ? { platform, arch: 'arm64' } : undefined;
}
