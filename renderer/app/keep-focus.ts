/**
 * Keeps the keyboard's place: where the focused element goes away (a row removed, a form closed, another screen), the
 * region that held it gets the focus, or `fallback()`; never the page, from which Tab would begin at the top. A button
 * that is disabled while its action runs has the focus again afterwards. Returns the function that stops it.
 */
export function keepFocus(root: HTMLElement, fallback: () => HTMLElement | null): () => void {
  let last: { element: Element; regions: readonly HTMLElement[] } | undefined;

  const remember = ({ target }: FocusEvent): void => {
    if (target instanceof Element) last = { element: target, regions: regionsOf(target) };
  };
  const isNowhere = (): boolean =>
    document.activeElement === null || document.activeElement === document.body;
  const mend = (changes: readonly MutationRecord[]): void => {
    if (last === undefined || !isNowhere()) return;
    const { element, regions } = last;
    if (element.isConnected) {
      const isBack = changes.some(({ type, target }) => type === 'attributes' && target === element);
      if (isBack && element instanceof HTMLElement && !element.hasAttribute('disabled')) {
        element.focus({ preventScroll: true });
      }
      return;
    }
    const place = regions.find((region) => region.isConnected) ?? fallback();
    last = undefined;
    place?.focus({ preventScroll: true });
  };
  const observer = new MutationObserver(mend);
  root.addEventListener('focusin', remember);
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ['disabled'] });
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
