import { COMPLETE, listed, listenTo, type ModernCall, startModernBackend } from './modern-backend.ts';

// A server of 2026-07-28 in a process of its own: `node modern-server.ts 4711`. Its tool `touch` changes its resource.
const listening = new Set<ModernCall['notify']>();
const backend = await startModernBackend(
  {
    'tools/list': () => listed('tools', [{ name: 'touch', inputSchema: { type: 'object' } }]),
    'tools/call': () => {
      for (const notify of listening) notify('notifications/resources/updated', { uri: 'm://one' });
      return { ...COMPLETE, content: [] };
    },
    'resources/list': () => listed('resources', [{ uri: 'm://one', name: 'one' }]),
    'resources/templates/list': () => listed('resourceTemplates', []),
    'subscriptions/listen': listenTo('m://one', listening),
  },
  { port: Number(process.argv[2]) },
);
console.log(JSON.stringify({ event: 'ready', url: backend.url }));
