// A banner with colours and the given number of lines that are no messages.
const lines = Number(process.argv[2]);
process.stdout.write('\u001b[32mStarting up\u001b[0m\n\n');
for (let line = 1; line < lines; line += 1) process.stdout.write(`progress ${line}\n`);
process.stdout.write('{"jsonrpc":"2.0","method":"notifications/message"}\n');
setInterval(() => {}, 60_000);
