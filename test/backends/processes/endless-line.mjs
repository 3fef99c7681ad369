// Writes the given number of MiB to stdout without a newline, then one newline. With `--stay` it goes on living
// when nobody reads any more, whatever it is told.
const mebibyte = Buffer.alloc(1024 * 1024, 'x');
let left = Number(process.argv[2]);

if (process.argv.includes('--stay')) {
  process.stdout.on('error', () => {});
  process.on('SIGTERM', () => {});
  setInterval(() => {}, 60_000);
}

function more() {
  while (left > 0) {
    left -= 1;
    if (!process.stdout.write(mebibyte)) return process.stdout.once('drain', more);
  }
  process.stdout.write('\n');
}
more();
