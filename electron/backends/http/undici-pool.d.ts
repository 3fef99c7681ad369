// The library types its entry only; these are the same classes, loaded without the rest.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';

  // biome-ignore lint/style/noDefaultExport: that is how the library gives it
  export default Pool;
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  import { EnvHttpProxyAgent } from 'undici';

  // biome-ignore lint/style/noDefaultExport: that is how the library gives it
  export default EnvHttpProxyAgent;
}
