// A process of 2026-07-28 with a resource and tasks: `long` makes a task, `touch` tells every listening request of
// both, `listens` answers what is listened to, `leave` ends every listening request, `speak`
// logs. Every call for a task insists on the capability.
import { createInterface } from 'node:readline';

const P = 'io.modelcontextprotocol/';
const caching = { ttlMs: 0, cacheScope: 'private' };
const extensions = { [`${P}tasks`]: {} };
const dates = { createdAt: '2026-11-21T00:00:00Z', lastUpdatedAt: '2026-11-21T00:00:00Z', ttlMs: 60_000 };
const tool = (name) => ({ name, inputSchema: { type: 'object' } });
const listens = new Map();
const tasks = new Map();

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const text = (value) => ({ content: [{ type: 'text', text: JSON.stringify(value) }] });

function tell(method, params, wanted) {
  for (const [id, filter] of listens)
    if (wanted(filter)) send({ method, params: { ...params, _meta: { [`${P}subscriptionId`]: id } } });
}

const tools = {
  long() {
    const taskId = `task-${tasks.size + 1}`;
    tasks.set(taskId, 'working');
    return { resultType: 'task', taskId, status: 'working', ...dates };
  },
  touch() {
    tell('notifications/resources/updated', { uri: 'p://one' }, (f) =>
      f.resourceSubscriptions?.includes('p://one'),
    );
    for (const [taskId, status] of tasks)
      tell('notifications/tasks', { taskId, status, ...dates }, (f) => f.taskIds?.includes(taskId));
    return text('touched');
  },
  listens: () => text([...listens.values()]),
  speak() {
    for (const level of ['debug', 'error'])
      send({ method: 'notifications/message', params: { level, data: level } });
    return text('spoken');
  },
  // How a server takes a listening request down (2026-07-28, cancellation).
  leave() {
    for (const id of listens.keys()) send({ method: 'notifications/cancelled', params: { requestId: id } });
    listens.clear();
    return text('left');
  },
};

function task({ taskId }, status) {
  if (!tasks.has(taskId)) return { error: { code: -32602, message: 'There is no such task' } };
  if (status !== undefined) tasks.set(taskId, status);
  return { taskId, status: tasks.get(taskId), ...dates };
}

const answers = {
  'server/discover': () => ({
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: {}, resources: { subscribe: true }, extensions },
    ...caching,
  }),
  'tools/list': () => ({ tools: Object.keys(tools).map(tool), ...caching }),
  'resources/list': () => ({ resources: [{ uri: 'p://one', name: 'one' }], ...caching }),
  'resources/templates/list': () => ({ resourceTemplates: [], ...caching }),
  'tools/call': ({ name }) => tools[name](),
  'tasks/get': (params) => task(params),
  'tasks/update': (params) => task(params, 'completed'),
  'tasks/cancel': (params) => task(params, 'cancelled'),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params = {} } = JSON.parse(line);
  if (method === 'notifications/cancelled') listens.delete(params.requestId);
  if (id === undefined) return;
  const knows = params._meta?.[`${P}clientCapabilities`]?.extensions !== undefined;
  const { notifications } = params;
  const isAboutTasks =
    method.startsWith('tasks/') || notifications?.taskIds !== undefined || params.name === 'long';
  if (isAboutTasks && !knows) send({ id, error: { code: -32021, message: 'missing' } });
  else if (method === 'subscriptions/listen') {
    listens.set(id, notifications);
    const params = { notifications, _meta: { [`${P}subscriptionId`]: id } };
    send({ method: 'notifications/subscriptions/acknowledged', params });
  } else {
    const answer = answers[method]?.(params) ?? { error: { code: -32601, message: 'unknown' } };
    send({ id, ...(answer.error ? answer : { result: { resultType: 'complete', ...answer } }) });
  }
});
