import { type CallToolResult, fromJsonSchema, type McpServer } from '@modelcontextprotocol/server';
import { RED_PIXEL, SILENCE } from './samples.ts';

/** A result of one text block. */
export function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}

/** Tools that answer at once with one kind of content each, and one that always fails. */
export function addContentTools(server: McpServer): void {
  const add = (name: string, description: string, result: () => CallToolResult): void => {
    server.registerTool(name, { description }, result);
  };
  add('test_simple_text', 'Answers with text', () => text('This is a simple text response for testing.'));
  add('test_image_content', 'Answers with an image', () => ({
    content: [{ type: 'image', data: RED_PIXEL, mimeType: 'image/png' }],
  }));
  add('test_audio_content', 'Answers with audio', () => ({
    content: [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }],
  }));
  add('test_embedded_resource', 'Answers with an embedded resource', () => ({
    content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }));
  add('test_multiple_content_types', 'Answers with three kinds of content', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: RED_PIXEL, mimeType: 'image/png' },
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }));
  add('test_error_handling', 'Fails always', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  addSchemaTool(server);
}

function embedded(uri: string, mimeType: string, content: string) {
  return { type: 'resource' as const, resource: { uri, mimeType, text: content } };
}

/** Keywords of JSON Schema 2020-12 that a relay must not lose (SEP-1613, SEP-2106). */
const KEYWORDS = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** A string that modern clients mirror into the header Mcp-Param-Region (SEP-2243). */
const MIRRORED = {
  type: 'object' as const,
  properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
};

function addSchemaTool(server: McpServer): void {
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: fromJsonSchema(KEYWORDS) },
    () => text('taken'),
  );
  server.registerTool(
    'test_custom_header',
    {
      description: 'Takes a parameter that is mirrored into a header',
      inputSchema: fromJsonSchema(MIRRORED),
    },
    () => text('taken'),
  );
}
