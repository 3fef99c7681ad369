import type { NameConflict } from '../../../../shared/catalog/naming.ts';
import { isRecord } from '../../../../shared/config/read.ts';
import type { CallAnswer } from '../../../../shared/control/contract.ts';
import { definitionDigest } from '../../../gateway/catalog/definitions.ts';
import type { ListKind } from '../../../gateway/catalog/kinds.ts';

type Catalog = CallAnswer<'tools.catalog'>;
export type ItemView = Catalog['items'][number];
type DefinitionView = ItemView['definition'];
type ConflictView = Catalog['conflicts'][number];

/** Masks live secrets in what a backend wrote. */
export interface Masking {
  text(text: string): string;
  json(value: unknown): unknown;
}

const MAX_TEXT = 65_536;
const MAX_PARTS = 20;

/** One definition as its backend gave it: its text parts masked and cut, its schemas as they are. */
export function definitionView(text: string, masking: Masking): DefinitionView {
  const parsed: unknown = JSON.parse(text);
  const item = isRecord(parsed) ? parsed : {};
  const { title, description, inputSchema, outputSchema, annotations } = item;
  const texts = [title, description].filter((part) => typeof part === 'string');
  return {
    digest: definitionDigest(text),
    ...(typeof title === 'string' ? { title: masking.text(title) } : {}),
    ...(typeof description === 'string' ? { description: masking.text(description) } : {}),
    inputSchema: masking.json(inputSchema ?? {}),
    ...(outputSchema === undefined ? {} : { outputSchema: masking.json(outputSchema) }),
    ...(annotations === undefined ? {} : { annotations: masking.json(annotations) }),
    clipped: texts.some((part) => part.length > MAX_TEXT || part.endsWith('[cut: the text is over 64 KiB]')),
  };
}

/** The members in which two definitions differ. */
export function changedParts(before: string, after: string): string[] {
  const [one, other]: unknown[] = [JSON.parse(before), JSON.parse(after)];
  if (!isRecord(one) || !isRecord(other)) return [];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys]
    .filter((key) => JSON.stringify(one[key]) !== JSON.stringify(other[key]))
    .map((key) => key.slice(0, 64))
    .slice(0, MAX_PARTS);
}

const KIND_WORDS: Readonly<Record<ListKind, ItemView['kind']>> = {
  tools: 'tool',
  prompts: 'prompt',
  resources: 'resource',
  templates: 'template',
};

/** The contract's word for the items of a list. */
export function kindWord(kind: ListKind): ItemView['kind'] {
  return KIND_WORDS[kind];
}

const RESOLUTIONS: Readonly<Record<NameConflict['resolution'], readonly [message: string, fix: string]>> = {
  renamed: ['all of them got longer names', 'Rename one of them to choose the name yourself.'],
  'first-wins': ['the first one has the name, the others are not listed', 'Rename one of them to list both.'],
  'not-listed': ['none of them is listed', 'Rename all but one of them.'],
};

/** A name that more than one item would have had, and what became of it. */
export function conflictView(conflict: NameConflict, originalAt: (backend: string) => string): ConflictView {
  const [what, fix] = RESOLUTIONS[conflict.resolution];
  const backends = conflict.backends.join(', ');
  return {
    name: conflict.name.slice(0, 8_192),
    between: conflict.backends.slice(0, 100).map((backend) => ({ backend, original: originalAt(backend) })),
    message: `${conflict.name.slice(0, 200)} is offered by ${backends}: ${what}.`,
    fix,
  };
}
