// Never reads its stdin.
console.log('{"ready":true}');
setInterval(() => {}, 60_000);
