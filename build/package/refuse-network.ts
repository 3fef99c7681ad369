// Loaded before electron-builder: the first address that it wants ends the run at once, instead of after 45 s of
// retries. What needs a download is the release workflow's.
import { Socket } from 'node:net';

Socket.prototype.connect = (...args: unknown[]): never => {
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  const where = typeof first === 'object' && first !== null && 'host' in first ? first.host : 'elsewhere';
  process.stderr.write(`not run: a download from ${where} is needed\n`);
  process.exit(70);
};
