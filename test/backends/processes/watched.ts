// Hands two process groups to a watchdog, takes the second back, and waits to be killed.
import { createWatchdog } from '../../../electron/backends/stdio/watchdog.ts';

const [kept, removed] = process.argv.slice(2).map(Number);
if (kept === undefined || removed === undefined) throw new Error('two process groups, please');
const watchdog = createWatchdog((reason) => console.error(reason));
watchdog.add(kept);
watchdog.add(removed);
watchdog.remove(removed);
console.log('ready');
setInterval(() => {}, 60_000);
