import { isRecord } from '../../../shared/config/read.ts';
import type { CallAnswer, CallInput } from '../../../shared/control/contract.ts';
import { listedKinds } from './catalog-list.ts';
import { backendInForce, type ControlContext } from './context.ts';
import { openConversation } from './conversation.ts';
import { refuse } from './refuse.ts';

/** More of a tool's answer than this is not shown, in characters of JSON. */
const MAX_RESULT = 4_194_304;
const METHOD = 'tools/call';

/** Tries a tool in a conversation of its own, which has captured nothing; what it answers is a backend's text. */
export async function callTool(
  context: ControlContext,
  { tool, argumentsJson, as }: CallInput<'tools.call'>,
): Promise<CallAnswer<'tools.call'>> {
  const { patchbay, scrub } = context;
  const merged = listedKinds(context).find(({ kind }) => kind === 'tools')?.merged;
  const entry = merged?.byName.get(tool);
  if (entry === undefined) {
    return refuse('tool.unknown', 'No backend lists a tool of this name.', {
      fix: 'Read the catalog again.',
    });
  }
  const given = argumentsOf(argumentsJson);
  const config = backendInForce(context, entry.backend);
  const at = patchbay.ports.now();
  const noted = patchbay.activity.add({
    at,
    session: { handle: 'window', client: { name: as ?? 'Patchbay window', version: patchbay.version } },
    method: METHOD,
    target: tool,
    backend: entry.backend,
    requestBytes: Buffer.byteLength(argumentsJson),
  });
  patchbay.listeners.noted.tell(noted);
  const opened = await openConversation(context, entry.backend, config);
  const answer = opened.ok ? await askOnce(opened.conversation) : opened;
  const durationMs = patchbay.ports.now() - at;
  const outcome = answer.ok ? (isToolError(answer.result) ? 'error' : 'ok') : 'failed';
  const text = answer.ok ? JSON.stringify(answer.result) : undefined;
  const ended = patchbay.activity.end(noted, {
    durationMs,
    outcome,
    code: answer.ok ? undefined : answer.failure.code,
    answerBytes: text === undefined ? undefined : Buffer.byteLength(text),
  });
  patchbay.listeners.noted.tell(ended);
  if (!answer.ok) return refuse(answer.failure.code, scrub.text(answer.failure.message));
  const isLong = text !== undefined && text.length > MAX_RESULT;
  return {
    outcome: outcome === 'ok' ? 'ok' : 'tool-error',
    result: isLong ? null : scrub.json(answer.result),
    duration: Math.max(0, durationMs),
    clipped: isLong,
  };

  async function askOnce(conversation: Extract<typeof opened, { ok: true }>['conversation']) {
    await using talking = conversation;
    const params = { name: entry?.original, arguments: given };
    return await talking.ask(METHOD, params, config.timeoutSeconds * 1_000);
  }
}

function argumentsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isRecord(parsed)) return parsed;
  } catch {
    // Said below, without the text.
  }
  return refuse('request.params', 'The arguments are not a JSON object.', { place: 'argumentsJson' });
}

function isToolError(result: unknown): boolean {
  return isRecord(result) && result.isError === true;
}
