/** Offers a text for saving under a name; where to is the user's choice in the browser or the system's dialog. */
export function saveAsFile(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The click has begun the download; the browser keeps what it needs.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
