/**
 * A message as one line of stdio: JSON may be spread over several lines, a line may not. Line ends stand only between
 * tokens, never inside of JSON strings, so a blank says the same.
 */
export function oneLine(message: Buffer): Buffer {
  if (!message.includes(0x0a) && !message.includes(0x0d)) return message;
  const line = Buffer.from(message);
  for (let at = 0; at < line.length; at++) if (line[at] === 0x0a || line[at] === 0x0d) line[at] = 0x20;
  return line;
}
