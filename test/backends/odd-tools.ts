/** A tool whose input schema is an object in an object, this many levels deep, as JSON text of a tools array. */
export function deepSchemaTools(depth: number): string {
  const open = '{"type":"object","properties":{"a":';
  const schema = `${open.repeat(depth)}{"type":"string"}${'}}'.repeat(depth)}`;
  return `[{"name":"deep","inputSchema":${schema}}]`;
}

/** This many small tools: `tool-0`, `tool-1`, ... */
export function manyTools(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `tool-${index}`,
    inputSchema: { type: 'object', properties: { message: { type: 'string' } } },
  }));
}

/** One tool with a description of this many bytes. */
export function wordyTool(bytes: number): object[] {
  return [{ name: 'wordy', description: 'w'.repeat(bytes), inputSchema: { type: 'object' } }];
}

/** Entries that are no tools, among two that are. */
export function brokenTools(): string {
  return '[{"name":"good","inputSchema":{"type":"object"}},{"inputSchema":{}},null,7,{"name":7,"inputSchema":{}},{"name":"also-good","inputSchema":{"type":"object"},"__proto__":{"x":1}}]';
}
