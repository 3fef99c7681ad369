import type { ServerResponse } from 'node:http';

/** What a person must see before a program gets in: which one, and where the answer goes. */
export interface ConsentRequest {
  readonly action: string;
  readonly mark: string;
  readonly clientName: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly person: string;
  /** Set when the code that Patchbay shows has to be typed. */
  readonly asksCode: boolean;
  readonly wrongCode: boolean;
}

/**
 * Sends a page of ours: no script, no frame around it, forms to ourselves only. `form-action` also governs the redirect
 * that follows a form, hence the client's own address in it.
 */
export function sendPage(response: ServerResponse, status: number, body: string, formTarget?: string): void {
  const form = formTarget === undefined ? "'none'" : `'self' ${formTarget}`;
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; form-action ${form}; frame-ancestors 'none'; base-uri 'none'`,
    'X-Frame-Options': 'DENY',
    // With "no-referrer" browsers send `Origin: null` along with our own form, and it could not be told from another's.
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Patchbay</title>${body}</html>`);
}

/** The consent page's body. Everything that a client chose is shown as text. */
export function consentBody(request: ConsentRequest): string {
  const code = request.asksCode
    ? `<p><label>Code shown by Patchbay <input name="code" inputmode="numeric" autocomplete="off" required></label></p>${
        request.wrongCode ? '<p role="alert">That was not the code.</p>' : ''
      }`
    : '';
  return [
    `<h1>Let ${text(request.clientName)} use Patchbay?</h1>`,
    '<p>It could call every tool of your servers, as you.</p>',
    `<dl><dt>Name, as the program says</dt><dd>${text(request.clientName)}</dd>`,
    `<dt>Client id</dt><dd><code>${text(request.clientId)}</code></dd>`,
    `<dt>The answer goes to</dt><dd><code>${text(request.redirectUri)}</code></dd>`,
    `<dt>Signed in as</dt><dd>${text(request.person)}</dd></dl>`,
    `<form method="post" action="${text(request.action)}">`,
    `<input type="hidden" name="mark" value="${text(request.mark)}">${code}`,
    '<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Refuse</button></form>',
  ].join('');
}

/** A text for HTML; bidirectional and other invisible marks, with which a name could pose as another, become visible. */
export function text(value: string): string {
  return value
    .replace(/[\p{Cc}\p{Cf}]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`)
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** A source expression of CSP for the place where a redirect goes; custom schemes by their scheme. */
export function formTarget(redirectUri: string): string {
  const url = new URL(redirectUri);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url.origin : url.protocol;
}
