import { once } from 'node:events';
import { createServer } from 'node:net';
import { z } from 'zod';
import type { GatewaySettings } from '../../../shared/config/config.ts';
import { isErrorCode } from '../../../shared/errors/codes.ts';
import { systemCode, systemReason } from '../../config/config-error.ts';
import { endpointUrl } from '../endpoint-url.ts';
import { findPortHolder } from '../port-holder.ts';
import type { Finding } from './finding.ts';

const ANSWER_WITHIN_MS = 2_000;

const ourRefusal = z.object({
  error: z.object({ data: z.object({ code: z.string().refine(isErrorCode) }) }),
});

/** Whether the gateway's port is free, ours already, or somebody else's (NET-04). */
export async function checkPort(gateway: Pick<GatewaySettings, 'host' | 'port'>): Promise<Finding> {
  const { host, port } = gateway;
  const subject = String(port);
  if (port === 0) {
    const message = 'every start takes another port, so clients cannot find the gateway again';
    return finding('note', subject, message, 'Set gateway.port, such as 4780.');
  }
  if (await answersLikeUs(endpointUrl(gateway))) {
    return finding('well', subject, 'a gateway of Patchbay answers there');
  }
  const fault = await tryToListen(host, port);
  if (fault === undefined) return finding('well', subject, 'is free; no gateway runs there now');
  if (systemCode(fault) !== 'EADDRINUSE') {
    return finding('problem', subject, `cannot be used: ${systemReason(fault)}`, 'Set another gateway.port.');
  }
  const holder = await findPortHolder(port);
  const message = `is in use by ${holder ?? 'another program'}, which is no Patchbay`;
  return finding(
    'problem',
    subject,
    message,
    'End that program, or set another gateway.port and connect your clients again.',
  );
}

/** Asks without any credential: our refusal of that has a shape that nobody else's has. */
async function answersLikeUs(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const answer = await fetch(url, { signal, redirect: 'manual' });
    return ourRefusal.safeParse(await answer.json()).success;
  } catch {
    // No answer, or one that is no JSON: whoever that is, it is not us.
    return false;
  }
}

async function tryToListen(host: string, port: number): Promise<unknown> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return error;
  } finally {
    server.close();
  }
}

function finding(state: Finding['state'], subject: string, message: string, fix?: string): Finding {
  return { check: 'port', subject, state, message, ...(fix === undefined ? {} : { fix }) };
}
