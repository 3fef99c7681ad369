import { cutText } from '../headers/name.ts';

const PLAIN_KEY = /^[A-Za-z0-9_-]+$/;

/** A place in the config in the words of the file: `backends.billing.headers.X-Region`, `passthroughHeaders[2]`. */
export function placeOf(path: readonly PropertyKey[], base = ''): string {
  let place = base;
  for (const part of path) {
    if (typeof part === 'number') place += `[${part}]`;
    else if (!PLAIN_KEY.test(String(part))) place += `["${cutText(String(part))}"]`;
    else place += place === '' ? String(part) : `.${String(part)}`;
  }
  return place;
}
