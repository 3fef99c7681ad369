import { type AddressInfo, Server } from 'node:net';

// Loaded into the "everything" server before its own code: it listens on all interfaces and can name a free port
// only before anyone holds it. Here it is put on the loopback, on a port of the system's choice, and tells which.
const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
  this.once('listening', () => process.send?.({ port: (this.address() as AddressInfo).port }));
  const callback = args.find((argument) => typeof argument === 'function') as (() => void) | undefined;
  return listen.call(this, { port: 0, host: '127.0.0.1' }, callback);
} as typeof listen;
