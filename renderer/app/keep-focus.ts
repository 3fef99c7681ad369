/**
 * Keeps the keyboard's place: where the focused element goes away (a row removed, a form closed, another screen), the
 * region that held it gets the focus, or `fallback()`; never the page, from which Tab would begin at the top. Returns
 * the function that stops it.
 */
export function keepFocus(root: HTMLElement, fallback: () => HTMLElement | null): () => void {
  let last: { element: Element; regions: readonly HTMLElement[] } | undefined;

  const remember = ({ target }: FocusEvent): void => {
    if (target instanceof Element) last = { element: target, regions: regionsOf(target) };
  };
  const mend = (): void => {
    const { activeElement } = document;
    if (last === undefined || last.element.isConnected) return;
    if (activeElement !== null && activeElement !== document.body) return;
    const place = last.regions.find((region) => region.isConnected) ?? fallback();
    last = undefined;
    place?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(mend);
  root.addEventListener('focusin', remember);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', remember);
  };
}

/** The regions around an element that can take the focus, the nearest first. */
function regionsOf(element: Element): readonly HTMLElement[] {
  const regions: HTMLElement[] = [];
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (at.hasAttribute('tabindex')) regions.push(at);
  }
  return regions;
}
