import { setTimeout as delay } from 'node:timers/promises';
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { text } from './content-tools.ts';

const NO_ARGUMENTS = z.object({});
/** The suite wants to see messages arrive one by one. */
const PAUSE_MS = 50;

/** Tools that say something on the way to their answer, or lose their stream on the way. */
export function addTalkingTools(server: McpServer): void {
  const logging = async (_: unknown, context: ServerContext) => {
    await log(context, 'Tool execution started');
    await delay(PAUSE_MS);
    await log(context, 'Tool processing data');
    await delay(PAUSE_MS);
    await log(context, 'Tool execution completed');
    return text('Logged three messages');
  };
  server.registerTool(
    'test_tool_with_logging',
    { description: 'Logs three messages while it works', inputSchema: NO_ARGUMENTS },
    logging,
  );
  server.registerTool(
    'test_logging_tool',
    { description: 'Logs as far as its caller asked for it', inputSchema: NO_ARGUMENTS },
    async (_, context) => {
      await context.mcpReq.log('info', 'one message');
      return text('Logged where it was wanted');
    },
  );
  server.registerTool(
    'test_tool_with_progress',
    { description: 'Reports progress while it works', inputSchema: NO_ARGUMENTS },
    async (_, context) => {
      for (const progress of [0, 50, 100]) {
        if (progress > 0) await delay(PAUSE_MS);
        await reportProgress(context, progress);
      }
      return text('Reported progress');
    },
  );
  server.registerTool(
    'test_reconnection',
    { description: 'Ends its own stream and answers on the next one', inputSchema: NO_ARGUMENTS },
    async (_, context) => {
      context.http?.closeSSE?.();
      await delay(PAUSE_MS * 2);
      return text('Answered after the stream was lost');
    },
  );
}

async function log(context: ServerContext, data: string): Promise<void> {
  await context.mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data } });
}

async function reportProgress(context: ServerContext, progress: number): Promise<void> {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await context.mcpReq.notify({
    method: 'notifications/progress',
    params: { progressToken, progress, total: 100 },
  });
}
