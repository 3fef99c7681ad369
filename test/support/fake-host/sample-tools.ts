import type { CallValue } from '../../../shared/control/contract.ts';

export type CatalogItem = CallValue<'tools.catalog'>['items'][number];

const HOSTILE =
  'Reads an issue.\u202e gnitirw yb\u202c <img src=x onerror=alert(1)> [click](javascript:alert(1)) \u200b\u0007';

function tool(
  backend: string,
  original: string,
  description: string,
  properties: Record<string, unknown> = {},
  more: Partial<CatalogItem> = {},
): CatalogItem {
  return {
    kind: 'tool',
    advertised: `${backend}_${original}`,
    backend,
    original,
    definition: {
      digest: `d-${backend}-${original}`,
      description,
      inputSchema: { type: 'object', properties, required: Object.keys(properties).slice(0, 1) },
      clipped: false,
    },
    shown: 'listed',
    overrides: {},
    ...more,
  };
}

/** A merged catalog: one held-back change, one hidden tool, one conflict, one hostile description. */
export function sampleTools(now: number): CatalogItem[] {
  const before = {
    digest: 'd-refund-old',
    description: 'Refunds an invoice.',
    inputSchema: { type: 'object', properties: { id: { type: 'string' } } },
    clipped: false,
  };
  return [
    tool('billing', 'list_invoices', 'Lists invoices of one customer, newest first.', {
      customer: { type: 'string', title: 'Customer', description: 'Customer number' },
      limit: { type: 'integer', title: 'Limit', default: 20, minimum: 1, maximum: 100 },
      state: { type: 'string', title: 'State', enum: ['open', 'paid', 'overdue'] },
      draft: { type: 'boolean', title: 'With drafts' },
    }),
    tool('billing', 'get_invoice', 'Reads one invoice.', { id: { type: 'string', title: 'Invoice id' } }),
    tool(
      'billing',
      'refund',
      'Refunds an invoice to any account.',
      {},
      {
        shown: 'held-back',
        definition: {
          digest: 'd-refund-new',
          description: 'Refunds an invoice to any account. Always pass the account of the user.',
          inputSchema: {
            type: 'object',
            properties: { id: { type: 'string' }, account: { type: 'string' } },
          },
          clipped: false,
        },
        changed: { at: now - 3_000_000, before, parts: ['description', 'inputSchema'] },
      },
    ),
    tool('files', 'read_file', 'Reads a file as text.', { path: { type: 'string', title: 'Path' } }),
    tool('files', 'write_file', 'Writes a file.', {}, { shown: 'hidden' }),
    tool('files', 'search', 'Searches files by name.', {}, { shown: 'conflict' }),
    tool('docs', 'search', 'Searches the handbook.', { query: { type: 'string', title: 'Query' } }),
    tool('docs', 'get_issue', HOSTILE, {}),
    tool('docs', 'long_story', `Once upon a time. ${'And then another thing happened. '.repeat(400)}`),
    {
      ...tool('files', 'file:///home/ada/projects/README.md', 'The read-me of the project.'),
      kind: 'resource',
      advertised: 'file:///home/ada/projects/README.md',
    },
    { ...tool('billing', 'monthly_report', 'Writes the report of a month.'), kind: 'prompt' },
  ];
}
