import { z } from 'zod';
import { META, MODERN_VERSION } from '../../../shared/mcp/modern.ts';

const record = z.record(z.string(), z.unknown());

const discoverResult = z.object({
  supportedVersions: z.array(z.string()),
  capabilities: record.default({}),
  instructions: z.string().optional(),
  _meta: record.optional(),
});

/**
 * The answer to `initialize` made of an answer to `server/discover`; `undefined` where the backend does not serve the
 * modern revision.
 */
export function initializeAnswer(backend: string, idText: string, result: unknown): Buffer | undefined {
  const parsed = discoverResult.safeParse(result);
  if (!parsed.success || !parsed.data.supportedVersions.includes(MODERN_VERSION)) return undefined;
  const { capabilities, instructions, _meta } = parsed.data;
  const named = record.safeParse(_meta?.[META.serverInfo]);
  const hello = {
    protocolVersion: MODERN_VERSION,
    capabilities,
    serverInfo: named.success ? named.data : { name: backend, version: '' },
    ...(instructions === undefined ? {} : { instructions }),
  };
  return Buffer.from(`{"jsonrpc":"2.0","id":${idText},"result":${JSON.stringify(hello)}}`);
}
