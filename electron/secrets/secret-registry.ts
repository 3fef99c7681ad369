import type { Secret } from './secret.ts';
import { secretForms } from './secret-forms.ts';

export const SCRUBBED = '[secret]';

/** All secret values that this process holds, so that text on its way out can be cleaned by value (SEC-05). */
export interface SecretRegistry {
  /** From now on the value is masked in `scrub`; disposing says that one holder is done with it. */
  add(secret: Secret): Disposable;
  /** The text with every live value masked, in whatever of its usual spellings it appears. */
  scrub(text: string): string;
}

/** Makes an empty registry. A value held twice stays registered until both holders are done. */
export function createSecretRegistry(): SecretRegistry {
  const holders = new Map<string, number>();
  let forms: readonly string[] | undefined;

  const release = (value: string): void => {
    const count = holders.get(value) ?? 0;
    if (count > 1) holders.set(value, count - 1);
    else {
      holders.delete(value);
      forms = undefined;
    }
  };

  return {
    add(secret) {
      const value = secret.reveal();
      const count = holders.get(value) ?? 0;
      holders.set(value, count + 1);
      if (count === 0) forms = undefined;
      let held = true;
      return {
        [Symbol.dispose]() {
          if (held) release(value);
          held = false;
        },
      };
    },
    scrub(text) {
      forms ??= longestFirst([...holders.keys()].flatMap(secretForms));
      let clean = text;
      for (const form of forms) if (clean.includes(form)) clean = clean.replaceAll(form, () => SCRUBBED);
      return clean;
    },
  };
}

/** Longest first: a secret that contains another one must not leave its rest behind. */
function longestFirst(forms: readonly string[]): readonly string[] {
  return [...new Set(forms)].sort((left, right) => right.length - left.length);
}
