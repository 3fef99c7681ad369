import { expect, test } from 'vitest';
import {
  handleBackendMessage,
  type MessageContext,
} from '../../../electron/gateway/streams/backend-messages.ts';
import { verifies } from '../../requirements/verifies.ts';

test(
  verifies(['HTP-07', 'STD-06'], 'who asks without end and takes no answers gets 128 at a time'),
  async () => {
    const waiting: (() => void)[] = [];
    const post = () => new Promise<undefined>((resolve) => waiting.push(() => resolve(undefined)));
    const owner = { session: { post }, notes: { dropped: 0 } };
    const context = {
      session: { backends: new Map([['files', owner]]), closed: false },
      backend: 'files',
    } as unknown as MessageContext;
    const ping = {
      bytes: Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'),
      method: 'ping',
      idText: '1',
    };
    for (let asked = 0; asked < 1_000; asked++) handleBackendMessage(context, ping);
    expect([waiting.length, owner.notes.dropped]).toEqual([128, 872]);
    for (const take of waiting) take();
    await new Promise((resolve) => setImmediate(resolve));
    handleBackendMessage(context, ping);
    expect(waiting.length).toBe(129);
  },
);
