import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import type { CustomScheme, Protocol } from 'electron';

/** The private scheme of our own pages; a page of any other origin is none of ours. */
const APP_SCHEME = 'patchbay-app';
export const APP_ORIGIN = `${APP_SCHEME}://window`;

/** What the window may load and do (threats.md 1.6). It reaches the host through the preload and nothing else. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'none'",
  "img-src 'self' data:",
  "font-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** Told to Electron before the app is ready: a standard, secure scheme without fetch and service workers. */
export const SCHEME_PRIVILEGES: CustomScheme = {
  scheme: APP_SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false, stream: false },
};

const TYPES = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
]);

/** Serves the built window from one folder; nothing outside of it can be asked for. */
export function serveAppScheme(protocol: Pick<Protocol, 'handle'>, folder: string): void {
  protocol.handle(APP_SCHEME, async (request) => await answer(new URL(request.url), folder));
}

async function answer(url: URL, folder: string): Promise<Response> {
  const file = fileOf(url, folder);
  const type = file === undefined ? undefined : TYPES.get(extname(file));
  if (file === undefined || type === undefined) return refused(404);
  try {
    return new Response(new Uint8Array(await readFile(file)), {
      headers: { 'Content-Type': type, ...SAFETY },
    });
  } catch {
    return refused(404);
  }
}

const SAFETY = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

function refused(status: number): Response {
  return new Response('', { status, headers: SAFETY });
}

/** The file of an address of ours; `undefined` for another host or a path that leaves the folder. */
function fileOf(url: URL, folder: string): string | undefined {
  if (`${url.protocol}//${url.host}` !== APP_ORIGIN) return undefined;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (path.includes('\0')) return undefined;
  const file = normalize(join(folder, path === '/' ? 'index.html' : path));
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : undefined;
}
