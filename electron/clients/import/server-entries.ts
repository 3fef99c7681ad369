import { getNodeValue, type Node, parseTree } from 'jsonc-parser';
import { good, type Outcome, refuse } from '../../../shared/clients/codes.ts';
import type { ClientFormat } from '../../../shared/clients/definition.ts';
import type { Refusal } from '../format/editor.ts';
import { jsonEditor } from '../format/json-editor.ts';
import { tomlEditor } from '../format/toml-editor.ts';
import { yamlEditor } from '../format/yaml-editor.ts';

/** One server as a file describes it: its name there, where it stands, and what is said of it. */
export interface ServerEntry {
  readonly name: string;
  readonly place: string;
  readonly entry: Readonly<Record<string, unknown>>;
}

// Where the clients keep their servers. The deeper places come first: an outer one may hold them beside other settings.
const CONTAINERS: readonly (readonly string[])[] = [
  ['mcpServers'],
  ['servers'],
  ['context_servers'],
  ['mcp_servers'],
  ['amp.mcpServers'],
  ['mcp.servers'],
  ['mcp', 'servers'],
  ['mcp'],
  ['extensions'],
];

const ENTRY_KEYS = ['command', 'cmd', 'url', 'serverUrl', 'httpUrl', 'uri'];

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value describes a server: it says what to start or what to call. */
function looksLikeServer(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && ENTRY_KEYS.some((key) => Object.hasOwn(value, key));
}

function refused(refusal: Refusal, place: string): Outcome<never> {
  const at = refusal.line > 0 ? ` (line ${refusal.line}, column ${refusal.column})` : '';
  return refuse(
    'import-text',
    place,
    `The text does not parse${at}: ${refusal.message}`,
    'Repair it, then try again.',
  );
}

/** Members of the object at a path, a key that stands twice included; objects have lost the first of such a pair. */
function jsonMembers(
  root: Node,
  path: readonly string[],
): readonly (readonly [string, unknown])[] | undefined {
  let node: Node | undefined = root;
  for (const key of path) {
    node = node?.children?.findLast((property) => property.children?.[0]?.value === key)?.children?.[1];
  }
  if (node?.type !== 'object') return undefined;
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined
      ? []
      : [[String(key.value), getNodeValue(value)] as const];
  });
}

type Members = (path: readonly string[]) => readonly (readonly [string, unknown])[] | undefined;

function plainMembers(root: unknown): Members {
  return (path) => {
    let at = root;
    for (const key of path) at = isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined;
    if (Array.isArray(at)) return at.filter(isRecord).map((item) => [String(item.name ?? ''), item] as const);
    return isRecord(at) ? Object.entries(at) : undefined;
  };
}

function read(text: string, format: ClientFormat | undefined, place: string): Outcome<Members> {
  const json = format === undefined || format === 'json' || format === 'jsonc';
  const asJson = json ? jsonEditor.parse(text) : undefined;
  if (asJson?.ok) {
    const root = parseTree(text, [], { allowTrailingComma: true });
    return good((path) => (root === undefined ? undefined : jsonMembers(root, path)));
  }
  // Pasted text of unknown kind: what begins with a brace is meant as JSON, so its JSON error is the useful one.
  const meantAsJson = asJson !== undefined && (format !== undefined || /^\s*(?:\{|\/\/|\/\*)/.test(text));
  if (meantAsJson && !asJson.ok) return refused(asJson, place);
  const asToml = format === 'yaml' ? undefined : tomlEditor.parse(text);
  if (asToml?.ok) return good(plainMembers(asToml.value));
  const asYaml = format === 'toml' ? undefined : yamlEditor.parse(text);
  if (asYaml?.ok) return good(plainMembers(asYaml.value));
  const refusal = asYaml ?? asToml;
  return refusal === undefined || refusal.ok
    ? refuse('import-text', place, 'The text is neither JSON, TOML nor YAML.', 'Paste the whole file.')
    : refused(refusal, place);
}

/**
 * Finds every server that a text describes: the containers of all known clients, the per-project servers of Claude
 * Code, a bare map of servers, or one bare server. Refused when the text does not parse or describes none.
 */
export function findServers(
  text: string,
  format: ClientFormat | undefined,
  place: string,
): Outcome<readonly ServerEntry[]> {
  const members = read(text, format, place);
  if (!members.ok) return members;
  const projects = (members.value(['projects']) ?? []).map(([name]) => ['projects', name, 'mcpServers']);
  const found = [...CONTAINERS, ...projects].flatMap((path) =>
    (members.value(path) ?? []).flatMap(([name, entry]) =>
      looksLikeServer(entry) ? [{ name, place: path.join('.'), entry }] : [],
    ),
  );
  if (found.length > 0) return good(found);
  const root = members.value([]) ?? [];
  const bare = root.flatMap(([name, entry]) => (looksLikeServer(entry) ? [{ name, place: '', entry }] : []));
  if (bare.length > 0) return good(bare);
  const single = Object.fromEntries(root);
  if (looksLikeServer(single)) return good([{ name: String(single.name ?? ''), place: '', entry: single }]);
  const fix = 'Choose a file with mcpServers, servers, context_servers, mcp_servers, mcp or extensions.';
  return refuse('import-empty', place, 'No MCP server is described there.', fix);
}
