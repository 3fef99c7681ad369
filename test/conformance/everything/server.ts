import { McpServer } from '@modelcontextprotocol/server';
import { addAskingTools } from './asking-tools.ts';
import { addContentTools, text } from './content-tools.ts';
import { addInputTools, verifyState } from './input-tools.ts';
import { addPrompts } from './prompts.ts';
import { addResources } from './resources.ts';
import { addTalkingTools } from './talking-tools.ts';

/** Tells listening clients of the modern era that a list changed. */
export interface ListNotifier {
  toolsChanged(): void;
  promptsChanged(): void;
}

/** One server with everything that the conformance suite calls by name, for both eras. */
export function createEverythingServer(notifier: ListNotifier | undefined): McpServer {
  const server = new McpServer(
    { name: 'patchbay-everything', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: verifyState },
    },
  );
  addContentTools(server);
  addTalkingTools(server);
  addAskingTools(server);
  addInputTools(server);
  addPrompts(server);
  addResources(server);
  addTriggers(server, notifier);
  return server;
}

function addTriggers(server: McpServer, notifier: ListNotifier | undefined): void {
  server.registerTool('test_trigger_tool_change', { description: 'Says that the tools changed' }, () => {
    if (notifier === undefined) server.sendToolListChanged();
    else notifier.toolsChanged();
    return text('said');
  });
  server.registerTool('test_trigger_prompt_change', { description: 'Says that the prompts changed' }, () => {
    if (notifier === undefined) server.sendPromptListChanged();
    else notifier.promptsChanged();
    return text('said');
  });
}
