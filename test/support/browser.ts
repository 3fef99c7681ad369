/** The page where a browser ended up. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** Goes where a browser would go from `start`: redirects with cookies, until a page. Forms are not filled in. */
export async function browse(start: string, limit = 20): Promise<Page> {
  const cookies = new Map<string, string>();
  let url = start;
  for (let hop = 0; hop < limit; hop += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const location = response.headers.get('location');
    if (location === null) {
      return { url, status: response.status, text: await response.text(), headers: response.headers };
    }
    url = new URL(location, url).href;
  }
  throw new Error('too many redirects');
}
