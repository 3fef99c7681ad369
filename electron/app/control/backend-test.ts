import { lookup } from 'node:dns/promises';
import { parseBackendName } from '../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { headerOwners } from '../../../shared/headers/owners.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { OutgoingHeader } from '../../backends/outgoing/chain.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import { LISTS } from '../../gateway/catalog/kinds.ts';
import { commandView } from './command-view.ts';
import type { ControlContext } from './context.ts';
import { type Conversation, openConversation } from './conversation.ts';
import { asSentence, wayOutOf } from './views/ways-out.ts';

type TestAnswer = CallAnswer<'backends.test'>;
type Step = TestAnswer['steps'][number];

const STEPS = ['resolve', 'connect', 'initialize', 'list', 'close'] as const;
const LIST_TIMEOUT_MS = 30_000;
/** Lines of a process's output that are told when a test fails; a line has 2,000 characters at most. */
const MAX_OUTPUT_LINES = 20;

/** Failures before the first word to the backend; all others are its answer to initialize. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'backend.unreachable',
  'backend.cannot-start',
  'backend.needs-approval',
  'backend.redirect-refused',
  'secret.missing',
  'secret.locked',
  'secret.absent',
  'secret.timeout',
]);

/**
 * Connects once for this alone, lists the tools, hangs up; says step by step how far it came and what was sent, by
 * name and source. What the backend refuses is its state from now on, until a session says otherwise (B32, B73).
 */
export async function testBackend(
  context: ControlContext,
  name: string,
  config: BackendConfig,
): Promise<TestAnswer> {
  const steps: Step[] = [];
  const sent = new Map<string, OutgoingHeader>();
  const output: string[] = [];
  const took = (step: Step['step'], duration: number, message: string): void => {
    steps.push({ step, outcome: 'ok', duration: Math.max(0, duration), message });
  };
  const finish = async (failure?: BackendFailure, step?: Step['step'], duration = 0): Promise<TestAnswer> => {
    const at = context.now();
    context.probes.set(name, config, { at, failure });
    if (failure !== undefined && step !== undefined)
      steps.push(failedStep(context, step, duration, failure, output));
    for (const rest of STEPS.slice(steps.length))
      steps.push({ step: rest, outcome: 'skipped', duration: 0, message: 'Not reached.' });
    const outcome = failure === undefined ? 'ok' : 'failed';
    return { outcome, steps, tools: [], sent: await sentViews(context, name, config, sent), at };
  };

  const resolving = performance.now();
  const resolved = await resolve(context, name, config);
  const resolveMs = performance.now() - resolving;
  if (typeof resolved !== 'string') return await finish(resolved, 'resolve', resolveMs);
  took('resolve', resolveMs, resolved);
  const opening = performance.now();
  const opened = await openConversation(context, name, config, {
    sent(headers) {
      for (const header of headers) sent.set(foldName(header.name), header);
    },
    output(line) {
      output.push(line);
      if (output.length > MAX_OUTPUT_LINES) output.shift();
    },
  });
  const openMs = performance.now() - opening;
  if (!opened.ok) {
    if (NOT_CONNECTED.has(opened.failure.code)) return await finish(opened.failure, 'connect', openMs);
    took('connect', openMs, 'The connection is ready.');
    return await finish(opened.failure, 'initialize');
  }
  const { conversation } = opened;
  const { hello } = conversation;
  took('connect', openMs, 'The connection is ready.');
  took('initialize', 0, `It speaks MCP ${hello.protocolVersion.slice(0, 32)}.`);
  const listing = performance.now();
  const listed = await listTools(context, name, conversation);
  const listMs = performance.now() - listing;
  const closing = performance.now();
  await conversation[Symbol.asyncDispose]();
  if ('code' in listed) return await finish(listed, 'list', listMs);
  took('list', listMs, listed.message);
  took('close', performance.now() - closing, 'Closed.');
  const text = (value: unknown): string => (typeof value === 'string' ? context.scrub.text(value) : '');
  return {
    ...(await finish()),
    tools: listed.tools,
    server: { name: text(hello.serverInfo.name), version: text(hello.serverInfo.version) },
    protocolVersion: hello.protocolVersion.slice(0, 32),
  };
}

/** Finds the host or the program before anything is contacted or started. */
async function resolve(
  context: ControlContext,
  name: string,
  config: BackendConfig,
): Promise<string | BackendFailure> {
  if (config.type === 'stdio') {
    const { resolved, argv } = await commandView(context, name, config);
    if (resolved !== undefined) return `${resolved} will be run.`;
    const message = `${name}: ${argv[0] ?? ''} was not found.`;
    return { code: 'backend.cannot-start', rpcCode: RPC.connection, message };
  }
  const { hostname } = new URL(config.url);
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
    return `${hostname} was found.`;
  } catch {
    const message = `${name}: the host ${hostname} is not known.`;
    return { code: 'backend.unreachable', rpcCode: RPC.connection, message };
  }
}

async function listTools(
  { patchbay }: ControlContext,
  name: string,
  { ask, hello }: Conversation,
): Promise<{ readonly message: string; readonly tools: string[] } | BackendFailure> {
  if (!('tools' in hello.capabilities)) return { message: 'It has no tools.', tools: [] };
  const answer = await ask(LISTS.tools.method, {}, LIST_TIMEOUT_MS);
  if (!answer.ok) return answer.failure;
  const key = parseBackendName(name);
  if (key === undefined) return { message: 'Its tools were read.', tools: [] };
  const slice = patchbay.gateway.catalog.intern(key, 'tools', [answer.bytes], undefined);
  const tools = slice.items.map(({ original }) => original.slice(0, 8_192)).filter((tool) => tool !== '');
  return { message: `${tools.length} ${tools.length === 1 ? 'tool' : 'tools'} on its first page.`, tools };
}

function failedStep(
  { scrub }: ControlContext,
  step: Step['step'],
  duration: number,
  { message, code }: BackendFailure,
  output: readonly string[],
): Step {
  const said = scrub.text(output.join('\n').trim());
  // With the output in view nobody has to be told where it is.
  const { fix } = said === '' ? wayOutOf(code) : {};
  const words = scrub.text([asSentence(message), ...(fix === undefined ? [] : [fix])].join(' '));
  return {
    step,
    outcome: 'failed',
    duration: Math.max(0, duration),
    message: words,
    ...(said === '' ? {} : { said }),
  };
}

async function sentViews(
  { patchbay, fingerprint }: ControlContext,
  name: string,
  config: BackendConfig,
  sent: ReadonlyMap<string, OutgoingHeader>,
): Promise<TestAnswer['sent']> {
  const key = parseBackendName(name);
  const owners = key === undefined ? [] : headerOwners(patchbay.config(), key);
  return await Promise.all(
    [...sent].map(async ([folded, header]) => {
      const owner = owners.find((one) => one.folded === folded && one.source === header.source);
      const read =
        header.source === 'secret' && config.type !== 'stdio'
          ? await patchbay.secrets.read({ backend: name, kind: 'header', name: owner?.name ?? header.name })
          : undefined;
      return {
        name: header.name,
        source: header.source,
        ...(owner === undefined || header.source === 'protocol' ? {} : { place: owner.place }),
        ...(read?.state === 'found' ? { fingerprint: fingerprint(read.secret.reveal()) } : {}),
      };
    }),
  );
}
