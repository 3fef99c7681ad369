import type { Plugin } from 'vite';

/**
 * The one `eval` that we know in what we bundle: the old `depd` below `http-assert` (below the authorization server)
 * makes with it a function that warns developers of an old name. Its text is fixed but for the argument names, which it
 * numbers itself; it runs once, as `http-errors` is loaded, so that nothing from outside can get into it.
 */
const KNOWN = /[\\/]node_modules[\\/]depd[\\/]index\.js$/;

/**
 * Silences the bundler's warning about it, which was the first thing that `npm start` said. Any other eval, in any other
 * place, is still warned of.
 */
export function knownEval(): Plugin {
  return {
    name: 'known-eval',
    onLog: (_level, { code, id }) => (code === 'EVAL' && id !== undefined && KNOWN.test(id) ? false : null),
  };
}
