import type { Plugin } from 'vite';

/** Our feeds are of one kind (build/package/feed.ts); the others ask code hosts, one of them in XML. */
const OTHER_FEEDS =
  /\/electron-updater\/out\/providers\/(Bitbucket|GitHub|GitLab|Keygen|PrivateGitHub)Provider\.js$/;
const XML = /\/builder-util-runtime\/out\/xml\.js$/;
/** Libraries whose part in the updater another one, which is in the bundle anyway, does as well. */
const INSTEAD: Readonly<Record<string, string>> = {
  'js-yaml': "const { parse } = require('yaml'); exports.load = (text) => parse(text);",
  'lodash.isequal': "module.exports = require('node:util').isDeepStrictEqual;",
};
const VIRTUAL = '\0instead:';

/** Keeps out of the desktop's bundle what electron-updater brings and a package of ours never runs. */
export function leanUpdater(): Plugin {
  return {
    name: 'lean-updater',
    enforce: 'pre',
    resolveId: (source, importer) =>
      source in INSTEAD && importer?.includes('/electron-updater/') === true ? VIRTUAL + source : null,
    load(id) {
      if (OTHER_FEEDS.test(id) || XML.test(id)) return 'module.exports = {};';
      return id.startsWith(VIRTUAL) ? (INSTEAD[id.slice(VIRTUAL.length)] ?? null) : null;
    },
  };
}
