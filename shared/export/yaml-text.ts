/** What the printer below takes: JSON values; undefined members are left out. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined };

/**
 * Prints a value as block YAML 1.2. Every text is double-quoted: a JSON string is a YAML string, so nothing can be read
 * as a number, a boolean or a tag. `shared` has no YAML library, and one that quotes only when needed is not wanted here.
 */
export function printYaml(value: YamlValue, indent = ''): string {
  if (isList(value)) {
    if (value.length === 0) return '[]';
    return value
      .map((item) => `\n${indent}- ${printYaml(item, `${indent}  `).replace(/^\n\s*/, '')}`)
      .join('');
  }
  if (typeof value !== 'object') return typeof value === 'string' ? quoted(value) : String(value);
  const members = Object.entries(value).filter(([, inner]) => inner !== undefined);
  if (members.length === 0) return '{}';
  return members
    .map(([key, inner]) => {
      const text = printYaml(inner as YamlValue, `${indent}  `);
      return `\n${indent}${/^[A-Za-z][A-Za-z0-9_-]*$/.test(key) ? key : quoted(key)}:${text.startsWith('\n') ? text : ` ${text}`}`;
    })
    .join('');
}

// YAML forbids DEL and C1 controls in a raw form; JSON does not escape them.
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
