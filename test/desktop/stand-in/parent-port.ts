// Given to a child with --import: what a utility process finds as `process.parentPort`, over Node's own channel.
import { EventEmitter } from 'node:events';

const messages = new EventEmitter();
process.on('message', (data) => messages.emit('message', { data }));
Object.assign(process, {
  parentPort: {
    on: (event: string, listener: (message: unknown) => void) => messages.on(event, listener),
    postMessage: (message: unknown) => process.send?.(message),
  },
});
