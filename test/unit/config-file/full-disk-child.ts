// Makes one edit that is larger than what the process may write; prints the outcome's code.
import { openConfigFile } from '../../../electron/config/config-file.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('usage: full-disk-child.ts FILE');
const file = await openConfigFile(path, { watch: false });
const value = 'x'.repeat(50_000);
const saved = await file.edit(file.current().revision, [{ path: ['future', 'more'], value }]);
process.stdout.write(
  saved.ok ? 'saved' : saved.problems.map(({ code, message }) => `${code} ${message}`).join(),
);
