import type { EventListener } from './transport.ts';

/**
 * Reads server-sent events (WHATWG HTML, section 9.2) until the stream ends, and passes on each one's name and its
 * data parsed as JSON. Comments, ids and events without a name are skipped; data that is no JSON is skipped too.
 */
export async function readServerSentEvents(
  body: ReadableStream<Uint8Array>,
  onEvent: EventListener,
): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) pass(block, onEvent);
  }
}

function pass(block: string, onEvent: EventListener): void {
  let name = '';
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field, value = ''] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  if (name === '' || data.length === 0) return;
  const payload = parsed(data.join('\n'));
  if (payload !== undefined) onEvent(name, payload);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
