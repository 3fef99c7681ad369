import { z } from 'zod';
import { checkHeaderName } from '../headers/allowlist.ts';
import { type FoldedName, foldName, type HeaderName } from '../headers/name.ts';
import { checkStaticValue, MAX_STATIC_HEADERS, staticValueMessage } from '../headers/value.ts';
import { isLoopbackHost, parseUrl } from './addresses.ts';
import { isRecord, refuse, refuseAll } from './read.ts';

/** A JSON object as its entries; own keys only, so that `__proto__` is data like any other key (CFG-07). */
const entriesSchema = z.unknown().transform((raw, context): readonly (readonly [string, unknown])[] => {
  if (isRecord(raw)) return Object.entries(raw);
  refuse(context, 'config.field', 'An object is expected here.', 'Write { "name": "value" }.');
  return z.NEVER;
});

/** A map of texts, its keys free. */
export const textMapSchema = entriesSchema.transform((entries, context): ReadonlyMap<string, string> => {
  const map = new Map<string, string>();
  for (const [key, value] of entries) {
    if (typeof value === 'string') map.set(key, value);
    else refuse(context, 'config.field', 'A text is expected here.', 'Put the value in quotes.', [key]);
  }
  return map;
});

/** The name of an environment variable. */
export const variableName = z
  .string()
  .regex(/^[^=\0]+$/, 'A variable name must not be empty or hold = or NUL.');

/** Environment variables of a process: name to text. */
export const variableMapSchema = textMapSchema.transform((map, context) => {
  for (const [variable, value] of map) {
    refuseVariable(context, variable);
    if (value.includes('\0'))
      refuse(context, 'config.field', 'A NUL character is not possible here.', 'Remove it.', [variable]);
  }
  return map;
});

/** Variable name to the header that fills it. */
export const headerByVariableSchema = entriesSchema.transform(
  (entries, context): ReadonlyMap<string, HeaderName> => {
    const map = new Map<string, HeaderName>();
    for (const [variable, header] of entries) {
      const { name, problems } = checkHeaderName(header, '', 'passthrough');
      refuseVariable(context, variable);
      refuseAll(context, problems, [variable]);
      if (name !== undefined) map.set(variable, name);
    }
    return map;
  },
);

/** One header name with a use outside of the allowlist: grammar and the restricted list for static headers. */
export const headerNameSchema = z.unknown().transform((raw, context): HeaderName => {
  const { name, problems } = checkHeaderName(raw, '', 'static');
  refuseAll(context, problems);
  return name ?? z.NEVER;
});

/** Plain static headers: name and value checked (threats.md 5.2). */
export const staticHeadersSchema = entriesSchema.transform(
  (entries, context): ReadonlyMap<HeaderName, string> => {
    const map = new Map<HeaderName, string>();
    for (const [key, value] of entries) {
      const { name, problems } = checkHeaderName(key, '', 'static');
      refuseAll(context, problems, [key]);
      if (typeof value !== 'string') {
        refuse(context, 'config.field', 'A text is expected here.', 'Put the value in quotes.', [key]);
        continue;
      }
      const check = checkStaticValue(value);
      if (!check.ok) {
        const fix = 'Use printable ASCII characters, blanks and tabs only.';
        refuse(context, 'header.value-invalid', staticValueMessage(check), fix, [key]);
      } else if (name !== undefined) map.set(name, value);
    }
    if (entries.length > MAX_STATIC_HEADERS) refuseTooMany(context);
    return map;
  },
);

/** A list of header names, each once in any case. */
export const headerNamesSchema = z.array(z.unknown()).transform((items, context): readonly HeaderName[] => {
  const names = new Map<FoldedName, HeaderName>();
  items.forEach((item, index) => {
    const { name, problems } = checkHeaderName(item, '', 'static');
    refuseAll(context, problems, [index]);
    if (name === undefined) return;
    const earlier = names.get(foldName(name));
    if (earlier === undefined) names.set(foldName(name), name);
    else {
      const message = `${name} is the same header as ${earlier}: case does not tell names apart.`;
      refuse(context, 'header.duplicate', message, 'Remove one of the two.', [index]);
    }
  });
  if (items.length > MAX_STATIC_HEADERS) refuseTooMany(context);
  return [...names.values()];
});

/** The address of an authorization server's endpoint: https, or http on this machine. */
export const authorityUrlSchema = z.string().transform((text, context): string => {
  const url = parseUrl(text);
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (url !== undefined && safe && url.username === '' && url.password === '' && !text.includes('#'))
    return text;
  refuse(
    context,
    'config.field',
    'An https address without user name and fragment is expected here.',
    'Write the address as the provider documents it.',
  );
  return z.NEVER;
});

function refuseVariable(context: Parameters<typeof refuse>[0], variable: string): void {
  if (variableName.safeParse(variable).success) return;
  refuse(
    context,
    'config.field',
    'A variable name must not be empty or hold = or NUL.',
    'Rename the variable.',
    [variable],
  );
}

function refuseTooMany(context: Parameters<typeof refuse>[0]): void {
  refuse(
    context,
    'header.too-many',
    `One backend holds at most ${MAX_STATIC_HEADERS} static headers.`,
    'Remove headers that the backend does not need.',
  );
}
