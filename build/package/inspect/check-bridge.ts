import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { STUB_TEXT } from '../stub-text.ts';
import { bridgeName, type Target } from '../system.ts';
import { binaryKind } from './binary-kind.ts';
import { type Finding, finding } from './finding.ts';

const WRONG_USAGE = 2;
/** The discard port: nothing answers MCP there. */
const NOWHERE = 'http://127.0.0.1:9/mcp';
const HELLO = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'verify', version: '1' } },
};
const refusal = z.object({ jsonrpc: z.literal('2.0'), id: z.literal(1), error: z.object({ code: z.int() }) });

/** The bridge is a program of its own, refuses what it does not know, and answers as JSON-RPC where no gateway is. */
export async function checkBridge(resources: string, target: Target): Promise<Finding[]> {
  const path = join(resources, 'bridge', bridgeName(target.platform));
  if (!existsSync(path)) return [finding(false, `there is no ${path}`)];
  const bytes = readFileSync(path);
  if (bytes.length < 100_000 && bytes.includes(STUB_TEXT))
    return [{ state: 'not run', what: 'the bridge: a stub' }];
  const kind = binaryKind(bytes);
  const isRight = kind?.platform === target.platform && kind.arch === target.arch;
  const right = finding(isRight, `the bridge is a program of this system, ${bytes.length} bytes`);
  if (target.platform !== process.platform || target.arch !== process.arch) {
    return [right, { state: 'not run', what: `the bridge: this is ${process.platform} ${process.arch}` }];
  }
  return [right, checkUnknownOption(path), await checkNoGateway(path)];
}

function checkUnknownOption(path: string): Finding {
  const { status, stdout } = spawnSync(path, ['--unknown'], { encoding: 'utf8', timeout: 10_000 });
  return finding(
    status === WRONG_USAGE && stdout === '',
    `the bridge ends with ${status} for an unknown option`,
  );
}

/** Its input stays open until it has answered, because it ends with its input. */
async function checkNoGateway(path: string): Promise<Finding> {
  const child = spawn(path, ['--wait', '0'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: 10_000,
    // A client's NODE_OPTIONS must not reach into it.
    env: { PATCHBAY_URL: NOWHERE, NODE_OPTIONS: '--require=/does/not/exist.js' },
  });
  child.stdin.on('error', () => {}).write(`${JSON.stringify(HELLO)}\n`);
  let said = '';
  for await (const line of createInterface({ input: child.stdout })) {
    said += line;
    child.stdin.end();
  }
  return finding(
    refusal.safeParse(toJson(said)).success,
    `the bridge answers without a gateway: ${said.slice(0, 200)}`,
  );
}

function toJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
