// `npm run build:wasm`: compiles the WebAssembly text of shared/ into the module that the program loads.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import wabt from 'wabt';

const folder = join(import.meta.dirname, '../shared/json');
const CODE = join(folder, 'nested-blocks-code.ts');

/** The module's source, from the WebAssembly text beside it. */
export async function compileNestedBlocks(): Promise<string> {
  const name = 'nested-blocks.wat';
  const compiler = await wabt();
  const parsed = compiler.parseWat(name, await readFile(join(folder, name), 'utf8'), { simd: true });
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  const text =
    Buffer.from(buffer)
      .toString('hex')
      .match(/.{1,100}/g) ?? [];
  const lines = text.map((line) => `  '${line}'`).join(' +\n');
  return `/** Made from ${name} by \`npm run build:wasm\`; two digits a byte. */\nexport const NESTED_BLOCKS =\n${lines};\n`;
}

if (import.meta.main) await writeFile(CODE, await compileNestedBlocks());
