// The Encoding Standard exists in every runtime that `shared/` runs in, yet TypeScript knows it only as DOM or Node.
declare class TextEncoder {
  encode(text?: string): Uint8Array;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array): string;
}
