/** Keeps the newest link until there is a window to show it in: macOS tells of one before the app is ready. */
export interface LinkInbox {
  take(link: string | undefined): void;
  /** What came until now, and from now on every link as it comes. `undefined` is a start without a link. */
  open(show: (link: string | undefined) => void): string | undefined;
}

/** An inbox that begins with the link of the command line, if there was one. */
export function createLinkInbox(first: string | undefined): LinkInbox {
  let newest = first;
  let show = (link: string | undefined): void => {
    newest = link ?? newest;
  };
  return {
    take: (link) => show(link),
    open(listener) {
      show = listener;
      return newest;
    },
  };
}
