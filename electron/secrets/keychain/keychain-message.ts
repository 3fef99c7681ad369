/** One call into the OS keychain, as it travels to the process that makes it. */
export type KeychainRequest =
  | { readonly operation: 'get' | 'delete'; readonly service: string; readonly account: string }
  | { readonly operation: 'set'; readonly service: string; readonly account: string; readonly value: string }
  | { readonly operation: 'list'; readonly service: string };

/** `value`: the text or `null` for get, true for set, whether there was one for delete, account names for list. */
export type KeychainReply =
  | { readonly ok: true; readonly value: string | null | boolean | readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Both directions carry a number, so that the answer to an abandoned call is not taken for the next one's. */
export type Numbered<T> = T & { readonly id: number };
