import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);

/** The media types that our own servers and pages speak; the whole registry is 400 kB and stands there twice. */
const MEDIA_TYPES = [
  'application/json',
  'application/jwt',
  'application/octet-stream',
  'application/x-www-form-urlencoded',
  'text/css',
  'text/event-stream',
  'text/html',
  'text/javascript',
  'text/plain',
];

/** Of the MCP client only its functions for signing in are used, and of undici what the guarded fetch is made of. */
const PARTS: Readonly<Record<string, string>> = {
  '@modelcontextprotocol/client': `export {
    checkResourceAllowed, discoverAuthorizationServerMetadata, discoverOAuthProtectedResourceMetadata,
    exchangeAuthorization, refreshAuthorization, registerClient, resourceUrlFromServerUrl, startAuthorization,
    validateAuthorizationResponseIssuer } from '@modelcontextprotocol/client';`,
  undici: `export { default as Agent } from 'undici/lib/dispatcher/agent.js';
    export { default as buildConnector } from 'undici/lib/core/connect.js';
    export { fetch } from 'undici/lib/web/fetch/index.js';`,
};
const OWN_CODE = /\/(electron|shared)\/[^?]*\.ts$/;
/** Schemas of the library's version before; the SDK can take them for tools, and ours are all of this version. */
const OLD_SCHEMAS: Readonly<Record<string, string>> = {
  'zod/v3': 'export const ZodFirstPartyTypeKind = {}; export const object = undefined;',
  'zod-to-json-schema': 'export const zodToJsonSchema = undefined;',
};
/** The client's class would check results with this; nothing makes one, and the validator is 280 kB. */
const CLIENT_SHIMS = '@modelcontextprotocol/client/_shims';
const NO_SHIMS = 'export class DefaultJsonSchemaValidator {}\nexport const CORS_IS_POSSIBLE = false;';
// In a package, the built-in echo backend takes the answer of a person as it comes: a demo needs no Ajv (120 kB).
const ECHO_CHECK = /\/@modelcontextprotocol\/sdk\/dist\/esm\/validation\/ajv-provider\.js$/;
const NO_CHECK = `export class AjvJsonSchemaValidator {
  getValidator() { return (data) => ({ valid: true, data, errorMessage: undefined }); }
}`;
/** Warns developers of a library's old functions, with an eval that keeps every name around it at its length. */
const WARNINGS = /\/depd\/index\.js$/;
const NO_WARNINGS =
  'module.exports = () => Object.assign(() => {}, { function: (wrapped) => wrapped, property: () => {} });';
const VIRTUAL = '\0part:';

/**
 * Keeps out of the desktop's bundle what it never runs: a package has to stay small. A name that our code starts to
 * import and that is missing here ends the build with an error.
 */
export function leanDesktop(): Plugin {
  return {
    name: 'lean-desktop',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source === CLIENT_SHIMS || source in OLD_SCHEMAS) return VIRTUAL + source;
      return importer !== undefined && OWN_CODE.test(importer) && source in PARTS ? VIRTUAL + source : null;
    },
    load(id) {
      if (id === VIRTUAL + CLIENT_SHIMS) return NO_SHIMS;
      if (id.startsWith(VIRTUAL)) {
        const source = id.slice(VIRTUAL.length);
        return PARTS[source] ?? OLD_SCHEMAS[source] ?? null;
      }
      if (WARNINGS.test(id)) return NO_WARNINGS;
      if (ECHO_CHECK.test(id)) return NO_CHECK;
      if (/\/mime-db\/db\.json$/.test(id)) return JSON.stringify(mediaTypes(id));
      // Its parser without SIMD is for riscv64 and ppc64, which no package is made for.
      return /\/undici\/lib\/llhttp\/llhttp-wasm\.js$/.test(id) ? 'module.exports = undefined;' : null;
    },
  };
}

/** undici's second, experimental parser is left out the way its authors leave it out of Node. */
export const leanDefines = { esbuildDetection: 'true' };

function mediaTypes(file: string): Record<string, unknown> {
  const all: Record<string, unknown> = require(file);
  return Object.fromEntries(MEDIA_TYPES.flatMap((type) => (type in all ? [[type, all[type]]] : [])));
}
