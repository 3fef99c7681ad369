// Writes the given number of MiB to stdout without a newline, then one newline.
const mebibyte = Buffer.alloc(1024 * 1024, 'x');
let left = Number(process.argv[2]);

function more() {
  while (left > 0) {
    left -= 1;
    if (!process.stdout.write(mebibyte)) return process.stdout.once('drain', more);
  }
  process.stdout.write('\n');
}
more();
