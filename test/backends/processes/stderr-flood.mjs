// Writes the given number of MiB to stderr in short lines, then says so on stdout.
const piece = Buffer.from('noise, noise, noise, nothing but noise\n'.repeat(27_000));
let left = Number(process.argv[2]);

function more() {
  while (left > 0) {
    left -= 1;
    if (!process.stderr.write(piece)) return process.stderr.once('drain', more);
  }
  process.stderr.write('the end\n', () => console.log('{"done":true}'));
}
more();
