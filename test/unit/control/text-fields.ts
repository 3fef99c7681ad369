import { z } from 'zod';
import type { Carries } from '../../../shared/control/vocabulary.ts';

/** One place of a schema where text or untyped data may stand. `undeclared`: nothing says what it carries. */
export interface TextField {
  readonly path: string;
  readonly carries: Carries | 'undeclared';
  readonly bounded: boolean;
}

interface JsonSchema {
  readonly type?: string;
  readonly carries?: Carries;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** Keywords under which text could hide from the walk below. */
const UNREAD = ['allOf', '$ref', 'prefixItems', 'patternProperties', 'propertyNames', 'not'];

/**
 * Lists every place of a schema where free text or untyped data may stand. Read from the JSON Schema that zod makes,
 * which throws for what it cannot show (transforms, custom checks), so that nothing hides from the review.
 */
export function textFields(schema: z.ZodType, side: 'input' | 'output'): TextField[] {
  const found = new Map<string, TextField>();
  walk(z.toJSONSchema(schema, { io: side }) as JsonSchema, '', (field) => {
    found.set(`${field.path} ${field.carries}`, field);
  });
  return [...found.values()];
}

/** The paths of all objects of a schema that let unknown keys in, and of all lists without an end. */
export function openPlaces(schema: z.ZodType, side: 'input' | 'output'): string[] {
  const open: string[] = [];
  visit(z.toJSONSchema(schema, { io: side }) as JsonSchema, '', (node, path) => {
    if (node.type === 'object' && node.additionalProperties !== false)
      open.push(`${path} takes unknown keys`);
    if (node.type === 'array' && node.maxItems === undefined) open.push(`${path} is without end`);
  });
  return open;
}

function walk(schema: JsonSchema, start: string, found: (field: TextField) => void): void {
  visit(schema, start, (node, path) => {
    const untyped =
      node.type === undefined &&
      node.anyOf === undefined &&
      node.oneOf === undefined &&
      node.const === undefined;
    const freeText = node.type === 'string' && node.enum === undefined && node.const === undefined;
    if (!untyped && !freeText) return;
    found({ path, carries: node.carries ?? 'undeclared', bounded: node.maxLength !== undefined });
  });
}

function visit(node: JsonSchema, path: string, each: (node: JsonSchema, path: string) => void): void {
  const unknown = Object.keys(node).filter((keyword) => UNREAD.includes(keyword));
  if (unknown.length > 0) throw new Error(`${path}: the review does not read ${unknown.join(', ')}`);
  each(node, path);
  for (const [key, member] of Object.entries(node.properties ?? {})) visit(member, `${path}.${key}`, each);
  if (node.items !== undefined) visit(node.items, `${path}[]`, each);
  for (const option of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) visit(option, path, each);
}
