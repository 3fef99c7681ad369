import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '../errors/codes.ts';

/**
 * What a piece of text on the contract may carry. Every string of every answer and event says so, and a test
 * holds the whole contract against it: `secret` may stand in two answers only (threats.md 2, ssh-agent's promise).
 *
 * - `name`: header, backend, tool, client or variable name.
 * - `handle`: made by us to point at something; opens nothing by itself.
 * - `fingerprint`: keyed digest with a per-run key, cut short.
 * - `sentence`: our own words; built from names and places, never from values.
 * - `setting`: a value that the config file holds in clear and the user typed there.
 * - `claim`: who signed in, as verified.
 * - `foreign`: text of a backend or a client; scrubbed of live secret values by the host, shown as text only.
 * - `masked`: text of a file with every value masked by the host.
 * - `secret`: the value itself.
 */
export type Carries =
  | 'name'
  | 'handle'
  | 'fingerprint'
  | 'sentence'
  | 'setting'
  | 'claim'
  | 'foreign'
  | 'masked'
  | 'secret';

/**
 * Text of at most `max` UTF-16 units that carries what it says it carries. Foreign text and sentences, which only
 * ever leave the host, are cut there: a backend with a name of a megabyte must not make a whole answer unfit.
 */
export function text(carries: Carries, max: number, min = 0): z.ZodString {
  const outgoing = carries === 'foreign' || carries === 'sentence';
  const start = outgoing ? z.string().overwrite(clippedTo(max)) : z.string();
  return start.min(min).max(max).meta({ carries });
}

/** Cuts between characters: half of a surrogate pair is no text. */
function clippedTo(max: number): (whole: string) => string {
  return (whole) => (whole.length <= max ? whole : whole.slice(0, max).replace(/[\ud800-\udbff]$/, ''));
}

/** A secret in clear. Its brand lets the type checker find every answer that holds one. */
export const secretValue = text('secret', 65_536, 1).brand<'SecretValue'>();
export type SecretValue = z.output<typeof secretValue>;

// Names are bounded here and judged by the rules of shared/headers and shared/config, which say why and what instead.
export const headerName = text('name', 256, 1);
export const backendName = text('name', 128, 1);
export const clientName = text('name', 128, 1);
/** A tool's or prompt's name, or a resource's address: it must come back as it is, so it is never cut. */
export const toolName = text('name', 8_192, 1);
export const variableName = text('name', 256, 1);

export const handle = text('handle', 128, 1);
export const fingerprint = text('fingerprint', 64, 1);
export const sentence = text('sentence', 2_000);
/** Where something is configured, in the words of the config file: `backends.billing.headers.X-Region`. */
export const place = text('sentence', 1_000);
export const setting = text('setting', 65_536);
export const claim = text('claim', 1_024, 1);
/** A header's name as a client sent it, whether or not it was allowed. */
export const foreignName = text('foreign', 256);
export const foreignText = text('foreign', 65_536);
export const maskedText = text('masked', 65_536);

/** JSON made by a backend: a schema, an answer. Scrubbed by the host like all foreign text, and never interpreted. */
export const foreignJson = z.unknown().meta({ carries: 'foreign' });

/** A stable code of shared/errors. */
export const errorCode = z.enum(Object.keys(ERROR_CODES) as ErrorCode[]);

/** Milliseconds since 1970, UTC. */
export const time = z.int().nonnegative();
export const milliseconds = z.number().nonnegative();
export const count = z.int().nonnegative();
export const bytes = z.int().nonnegative();

export const transportKind = z.enum(['http', 'sse', 'stdio']);

/** How a call ended: `tool-error` is the backend's own answer "it did not work"; `failed` never got an answer. */
export const callOutcome = z.enum(['running', 'ok', 'tool-error', 'failed', 'cancelled']);

/** Identifies one state of the config file. A change names the state that it was made on; another one is refused. */
export const revision = text('handle', 64, 1);

export const page = {
  /** From the answer before; absent for the first page. */
  cursor: text('handle', 256, 1).optional(),
  limit: z.int().min(1).max(500).default(100),
};

/** A list in an answer or a question, with the greatest length that either side has to bear. */
export function list<T extends z.ZodType>(item: T, max = 1_000): z.ZodArray<T> {
  return z.array(item).max(max);
}
