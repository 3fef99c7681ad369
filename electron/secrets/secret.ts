import { inspect } from 'node:util';

const MASK = '[secret]';

/**
 * A secret value in motion. Its string, JSON and inspect forms are a mask, so that no log line, error or
 * IPC payload can show it by accident; `reveal` is the one way to the value and easy to search for.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself: for building one outgoing request or one child's environment, never for text. */
  reveal(): string {
    return this.#value;
  }

  get byteLength(): number {
    return Buffer.byteLength(this.#value);
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
