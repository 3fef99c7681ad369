import { setTimeout as wait } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { receivedHeaders } from './request-headers.ts';

const LONGEST_WAIT_MS = 60_000;
const BIGGEST_ANSWER_BYTES = 32 * 1024 * 1024;
const PROGRESS_STEPS = 4;

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/**
 * Adds the tools that answer with what reached them: `echo`, `headers`, `slow`, `big`. Arguments that a schema
 * does not know are ignored; a wrong type is answered as a tool error by the library.
 */
export function addEchoTools(server: McpServer): void {
  server.registerTool(
    'echo',
    { description: 'Answers with the message, unchanged.', inputSchema: { message: z.string() } },
    ({ message }) => text(message),
  );
  server.registerTool(
    'headers',
    {
      description: 'Answers with the HTTP headers that this very request brought, as JSON.',
      inputSchema: {},
    },
    () => text(JSON.stringify(receivedHeaders())),
  );
  server.registerTool(
    'slow',
    {
      description: 'Answers after the given time, with progress on the way.',
      inputSchema: { ms: z.number().min(0).max(LONGEST_WAIT_MS) },
    },
    ({ ms }, extra) => answerSlowly(ms, extra),
  );
  server.registerTool(
    'big',
    {
      description: 'Answers with a text of the given number of bytes.',
      inputSchema: { bytes: z.number().int().min(0).max(BIGGEST_ANSWER_BYTES) },
    },
    ({ bytes }) => text('x'.repeat(bytes)),
  );
}

/** A tool answer of one text. */
export function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] };
}

async function answerSlowly(ms: number, extra: Extra): Promise<CallToolResult> {
  const progressToken = extra._meta?.progressToken;
  for (let step = 1; step <= PROGRESS_STEPS; step += 1) {
    await wait(ms / PROGRESS_STEPS, undefined, { signal: extra.signal });
    if (progressToken !== undefined) {
      await extra.sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress: step, total: PROGRESS_STEPS },
      });
    }
  }
  return text(`waited ${ms} ms`);
}
