/** Shorter values are no secrets worth the name, and masking them would eat ordinary words out of every line. */
const SHORTEST_SCRUBBED = 4;

/** `encodeURIComponent` throws on half a character; with the `u` flag only such halves match. */
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** A shorter piece of base64 occurs by chance. */
const SHORTEST_BASE64 = 6;

/**
 * Every spelling in which a secret can turn up in text: plain, JSON-escaped, URL-encoded, base64 (SEC-05).
 * base64 is taken at all three alignments, so that the secret is also found inside a larger encoded text such as
 * `Basic base64(user:password)`. Longest first, no duplicates. A value under 4 characters yields none.
 */
export function secretForms(value: string): readonly string[] {
  if (value.length < SHORTEST_SCRUBBED) return [];
  const json = JSON.stringify(value).slice(1, -1);
  const asciiJson = json.replace(/[\u007f-\uffff]/g, escapeUnit);
  const url = encodeURIComponent(value.replace(LONE_SURROGATE, '\ufffd'));
  const strictUrl = url.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  const urls = [url, strictUrl].flatMap((form) => [form, form.replaceAll('%20', '+')]);
  const lowerUrls = urls.map((form) => form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  const forms = [
    value,
    json,
    asciiJson,
    JSON.stringify(json).slice(1, -1),
    ...urls,
    ...lowerUrls,
    ...base64Forms(value),
  ];
  return [...new Set(forms)].sort((left, right) => right.length - left.length);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The characters of the encoding that depend on the secret alone, whatever stands before and after it. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    const core = encoded.slice(first, last);
    if (core.length < SHORTEST_BASE64) return [];
    return [core, core.replaceAll('-', '+').replaceAll('_', '/')];
  });
}
