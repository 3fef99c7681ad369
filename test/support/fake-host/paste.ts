import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { httpForm, stdioForm } from '../forms.ts';

type Parsed = CallAnswer<'backends.parsePaste'>;

/** A small reader of pastes: a URL, a command line, a JSON entry. The real one knows far more. */
export function draftsOf(text: string, taken: ReadonlySet<string>): Parsed {
  const trimmed = text.trim();
  const found = fromJson(trimmed) ?? [fromLine(trimmed)];
  return {
    problems: [],
    drafts: found.map(([name, form], index) => ({
      draft: `draft-${index}`,
      suggestedName: name,
      form,
      secrets: [],
      placeholders: [],
      ...(taken.has(name) ? { replaces: name } : {}),
      notes: [],
    })),
  };
}

function fromLine(text: string): [string, BackendForm] {
  if (/^https?:\/\//.test(text)) return [new URL(text).hostname.split('.')[0] ?? 'server', httpForm(text)];
  const words = text.replace(/^claude mcp add \S+ -- /, '').split(/\s+/);
  const [command = '', ...args] = words;
  return [
    args.find((word) => !word.startsWith('-'))?.replace(/.*\//, '') ?? command,
    stdioForm(command, args),
  ];
}

function fromJson(text: string): [string, BackendForm][] | undefined {
  if (!text.startsWith('{')) return undefined;
  const parsed = JSON.parse(text) as {
    mcpServers?: Record<string, { url?: string; command?: string; args?: string[] }>;
  };
  return Object.entries(parsed.mcpServers ?? {}).map(([name, entry]) => [
    name,
    entry.url === undefined ? stdioForm(entry.command ?? '', entry.args ?? []) : httpForm(entry.url),
  ]);
}
