// Saves again and again until it is killed: what the crash test kills. `edit` goes the whole way of an edit,
// `write` only its last step, which starts many times faster.
import { writeFileWhole } from '../../../electron/config/write-file.ts';

const [how, path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: saving-child.ts edit|write FILE');
const rounds = how === 'edit' ? await editing(path) : writing(path);
process.stdout.write('ready\n');
for (let port = 1; ; port = (port % 60_000) + 1) await rounds(port);

function writing(file: string): (port: number) => Promise<void> {
  const filler = '// and more\n'.repeat(2000);
  return (port) =>
    writeFileWhole(
      file,
      `{ "version": 1, "gateway": { "port": ${port} },\n${filler} "backends": {}, "future": {} }`,
    );
}

async function editing(file: string): Promise<(port: number) => Promise<void>> {
  const { openConfigFile } = await import('../../../electron/config/config-file.ts');
  const opened = await openConfigFile(file, { watch: false });
  return async (port) => {
    const edits = [{ path: ['gateway', 'port'], value: port }];
    const saved = await opened.edit(opened.current().revision, edits);
    if (!saved.ok) throw new Error(saved.problems.map(({ message }) => message).join());
  };
}
