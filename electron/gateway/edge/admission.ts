import type { EdgeFields } from './fields.ts';
import { type Refusal, refusal } from './refusal.ts';

/** Where the gateway listens and whom else it admits. */
export interface EdgeSettings {
  readonly port: number;
  readonly host: '127.0.0.1' | '::1';
  /** Origins that a person added by hand, compared exactly (threats.md 5.3). */
  readonly allowedOrigins: readonly string[];
}

const MAX_FIELDS = 100;
const FOREIGN = 'Requests from this Origin are not accepted.';
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const ALLOWED_METHODS = ['GET', 'POST', 'DELETE'];
const HOST_SHAPE = /^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * Decides, before anything is parsed, whether a request may come near: header count, Host, target form, Origin,
 * fetch metadata (threats.md 1.1, TRN-01, TRN-07). Whole values are compared, port included.
 */
export function admit(target: string, fields: EdgeFields, settings: EdgeSettings): Refusal | undefined {
  if (fields.count > MAX_FIELDS) {
    return refusal(431, 'request.header-section', `More than ${MAX_FIELDS} header fields.`, { closes: true });
  }
  return (
    checkHost(fields, settings) ??
    checkOrigin(fields, settings) ??
    checkDuplicates(fields) ??
    checkTargetForm(target)
  );
}

function checkHost(fields: EdgeFields, settings: EdgeSettings): Refusal | undefined {
  const { host, duplicates } = fields;
  if (
    host === undefined ||
    !HOST_SHAPE.test(host) ||
    duplicates.some((name) => name.toLowerCase() === 'host')
  ) {
    return refusal(400, 'request.host', 'The Host header is missing, doubled or malformed.', {
      closes: true,
    });
  }
  if (ownAuthorities(settings).includes(host.toLowerCase())) return undefined;
  return refusal(
    403,
    'request.host',
    'This Host is not the gateway. Use the address that the gateway printed.',
    {
      closes: true,
    },
  );
}

function checkOrigin(fields: EdgeFields, settings: EdgeSettings): Refusal | undefined {
  const { origin, duplicates } = fields;
  const foreign = refusal(403, 'request.origin', FOREIGN, {
    closes: true,
  });
  if (duplicates.some((name) => name.toLowerCase() === 'origin')) return foreign;
  return origin !== undefined && !isKnownOrigin(origin, settings) ? foreign : undefined;
}

/** Fetch metadata: what a page of another site sends is refused even without an Origin (threats.md 1.1). */
export function checkFetchSite(fields: EdgeFields, settings: EdgeSettings): Refusal | undefined {
  const { origin, secFetchSite } = fields;
  const site = secFetchSite?.trim().toLowerCase();
  const isAllowedOrigin = origin !== undefined && settings.allowedOrigins.includes(origin);
  if (site !== 'cross-site' && site !== 'same-site') return undefined;
  return isAllowedOrigin ? undefined : refusal(403, 'request.fetch-site', FOREIGN, { closes: true });
}

function isKnownOrigin(origin: string, settings: EdgeSettings): boolean {
  if (settings.allowedOrigins.includes(origin)) return true;
  return ownAuthorities(settings).some((authority) => origin.toLowerCase() === `http://${authority}`);
}

function checkDuplicates({ duplicates }: EdgeFields): Refusal | undefined {
  const name = duplicates[0];
  if (name === undefined) return undefined;
  return refusal(400, 'request.duplicate-header', `The header ${name} stands more than once.`, {
    closes: true,
  });
}

function checkTargetForm(target: string): Refusal | undefined {
  if (target.startsWith('/')) return undefined;
  return refusal(400, 'request.target', 'The request target must be a path.', { closes: true });
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}

/** Path and method of the endpoint itself (TRN-03). */
export function checkEndpoint(method: string, target: string, path: string): Refusal | undefined {
  if (pathOf(target) !== path) {
    return refusal(404, 'request.path', `There is nothing here. The endpoint is ${path}.`, { closes: true });
  }
  if (ALLOWED_METHODS.includes(method)) return undefined;
  return refusal(405, 'request.method', `Only ${ALLOWED_METHODS.join(', ')} are answered here.`, {
    headers: { Allow: ALLOWED_METHODS.join(', ') },
    closes: true,
  });
}

/** The authorities under which a local client may call us. */
function ownAuthorities({ host, port }: EdgeSettings): readonly string[] {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  return host === '::1' ? [`[::1]:${port}`, ...names] : names;
}

/** Content type, encoding, declared size and Accept of a POST (TRN-02, TRN-03, TRN-08, TRN-09). */
export function checkPost(fields: EdgeFields): Refusal | undefined {
  if (mediaType(fields.contentType) !== 'application/json') {
    return refusal(415, 'request.content-type', 'The Content-Type must be application/json.', {
      closes: true,
    });
  }
  const encoding = fields.contentEncoding?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    return refusal(415, 'request.content-type', 'Compressed bodies are not accepted.', { closes: true });
  }
  if (fields.contentLength !== undefined && Number(fields.contentLength) > MAX_BODY_BYTES)
    return bodyTooLarge();
  if (accepts(fields.accept, 'application', 'json') && accepts(fields.accept, 'text', 'event-stream'))
    return undefined;
  return refusal(406, 'request.accept', 'Accept must name application/json and text/event-stream.', {
    closes: true,
  });
}

/** Accept of a GET: a listening stream is all that there is to get. */
export function checkGet(fields: EdgeFields): Refusal | undefined {
  if (accepts(fields.accept, 'text', 'event-stream')) return undefined;
  return refusal(406, 'request.accept', 'Accept must name text/event-stream.');
}

/** The answer to a body over the limit, by length or by chunks. */
export function bodyTooLarge(limit: number = MAX_BODY_BYTES): Refusal {
  const size = limit >= 1_048_576 ? `${limit / 1_048_576} MiB` : `${limit / 1_024} KiB`;
  return refusal(413, 'request.too-large', `The message is larger than ${size}.`, { closes: true });
}

function mediaType(value: string | undefined): string {
  return (value?.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function accepts(accept: string | undefined, type: string, subtype: string): boolean {
  if (accept === undefined) return false;
  const wanted = [`${type}/${subtype}`, `${type}/*`, '*/*'];
  return accept.split(',').some((part) => wanted.includes(mediaType(part)));
}
