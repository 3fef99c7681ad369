/** What one benchmark backend lists and how long its texts are. */
export interface BackendShape {
  readonly name: string;
  readonly tools: number;
}

const SCHEMA = {
  type: 'object',
  properties: {
    token: { type: 'string', description: 'Comes back in the answer' },
    size: { type: 'integer', minimum: 0, description: 'Filler after it, in bytes' },
    style: {
      type: 'string',
      enum: ['short', 'long'],
      description: 'Not used; makes the schema like a real one',
    },
  },
  required: ['token'],
};

interface RpcRequest {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: { readonly name?: string; readonly arguments?: { token?: string; size?: number } };
}

/** Text with what JSON escapes, as files have it; kept in its escaped form, so that a large answer costs one copy. */
const UNIT = 'export const path = "C:\\work";\n\tif (a < b) return 0.125; // twelve\n';
const fillers = new Map<number, Buffer>();

function filler(size: number): Buffer {
  const known = fillers.get(size);
  if (known !== undefined) return known;
  const plain = UNIT.repeat(Math.ceil(size / UNIT.length)).slice(0, size);
  const made = Buffer.from(JSON.stringify(plain).slice(1, -1));
  fillers.set(size, made);
  return made;
}

/** Makes the function that answers one message: the bytes of the answer, `undefined` for a notification. */
export function createAnswers({ name, tools }: BackendShape): (message: RpcRequest) => Buffer | undefined {
  const names = ['echo', ...Array.from({ length: tools - 1 }, (_, at) => `tool_${at + 1}`)];
  const listed = JSON.stringify({
    tools: names.map((tool) => ({
      name: tool,
      description:
        `${tool} of ${name}. Gives back what it is given, and as much filler as it is asked for. `.repeat(2),
      inputSchema: SCHEMA,
    })),
  });
  return ({ id, method, params }) => {
    if (id === undefined) return undefined;
    const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`;
    if (method === 'tools/call') {
      const { token = '', size = 0 } = params?.arguments ?? {};
      const text = JSON.stringify(token).slice(0, -1);
      const start = `${head}"result":{"content":[{"type":"text","text":${text}`;
      if (size === 0) return Buffer.from(`${start}"}]}}`);
      return Buffer.concat([Buffer.from(start), filler(size), Buffer.from('"}]}}')]);
    }
    if (method === 'initialize') return Buffer.from(`${head}"result":${HELLO}}`);
    if (method === 'tools/list') return Buffer.from(`${head}"result":${listed}}`);
    if (method === 'ping') return Buffer.from(`${head}"result":{}}`);
    return Buffer.from(`${head}"error":{"code":-32601,"message":"not known"}}`);
  };
}

const HELLO = JSON.stringify({
  protocolVersion: '2025-11-25',
  capabilities: { tools: {} },
  serverInfo: { name: 'bench', version: '1.0.0' },
});
