// Closes its stdin and lives on.
import { closeSync } from 'node:fs';

closeSync(0);
console.log('{"ready":true}');
setInterval(() => {}, 60_000);
