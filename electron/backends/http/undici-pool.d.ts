// The library types its entry only; this is the same class, loaded without the rest.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  // biome-ignore lint/style/noDefaultExport: that is how the library gives it
  export default Pool;
}
