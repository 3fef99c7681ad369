// What the referee starts as the client under test: it hands the scenario to the driver, which stays for all of them,
// and ends as that says. Loads nothing of ours, since that takes longer than a scenario does.

import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Ending, Task } from './serve-driver.ts';

const { MCP_CONFORMANCE_SCENARIO, MCP_CONFORMANCE_PROTOCOL_VERSION, MCP_CONFORMANCE_CONTEXT, DRIVER } =
  process.env;
const task: Task = {
  url: process.argv[2] ?? '',
  scenario: MCP_CONFORMANCE_SCENARIO ?? '',
  revision: MCP_CONFORMANCE_PROTOCOL_VERSION ?? '',
  context: MCP_CONFORMANCE_CONTEXT ?? '{}',
};
const socket = connect(DRIVER ?? '');
socket.end(JSON.stringify(task));
const { code, words } = JSON.parse(await text(socket)) as Ending;
process.stderr.write(words);
process.exitCode = code;
