import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { RED_PIXEL } from './samples.ts';

/** The resources that the suite asks for, and subscriptions to them. */
export function addResources(server: McpServer): void {
  const plain = (name: string, uri: string, content: string): void => {
    server.registerResource(
      name,
      uri,
      { title: name, description: `The resource ${name}`, mimeType: 'text/plain' },
      () => ({ contents: [{ uri, mimeType: 'text/plain', text: content }] }),
    );
  };
  plain('static-text', 'test://static-text', 'This is the content of the static text resource.');
  plain('watched', 'test://watched-resource', 'Watched resource content');
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { description: 'An image', mimeType: 'image/png' },
    () => ({ contents: [{ uri: 'test://static-binary', mimeType: 'image/png', blob: RED_PIXEL }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate('test://template/{id}/data', { list: undefined }),
    { description: 'Data by number', mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
        },
      ],
    }),
  );
  const watched = new Set<string>();
  server.server.setRequestHandler('resources/subscribe', ({ params }) => {
    watched.add(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    watched.delete(params.uri);
    return {};
  });
}
