declare module 'postject' {
  /** Puts `data` into a program under a name, in place, and sets the mark that the program looks for. */
  export function inject(
    program: string,
    name: string,
    data: Buffer,
    options: { readonly sentinelFuse: string; readonly machoSegmentName: string },
  ): Promise<void>;
}

declare module 'plist' {
  const plist: {
    /** The value of a property list in XML; throws `Error` for anything else. */
    parse(xml: string): unknown;
  };
  export = plist;
}
