import { z } from 'zod';
import type { Config } from '../../../shared/config/config.ts';
import { type Capture, captureHeaders } from '../../../shared/headers/capture.ts';
import { collisionMessage, sessionCollisions } from '../../../shared/headers/collisions.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { bindingKey, type Principal } from '../../../shared/identity/principal.ts';
import { memberAt } from '../../../shared/json/member-at.ts';
import {
  isLegacyVersion,
  type LegacyVersion,
  NEWEST_LEGACY_VERSION,
  RPC,
} from '../../../shared/mcp/protocol.ts';
import { type Refusal, refusal } from '../edge/refusal.ts';
import type { ClientRequest } from '../routing/route.ts';

/** What `initialize` asked for, checked; nothing has been contacted yet. */
export interface SessionDraft {
  readonly binding: string;
  readonly protocolVersion: LegacyVersion;
  readonly capabilitiesText: string;
  readonly clientInfoText: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly client: { readonly name: string; readonly version: string };
  readonly capture: Capture;
}

export type Drafted =
  | { readonly ok: true; readonly draft: SessionDraft }
  | { readonly ok: false; readonly refusal: Refusal };

const initializeParams = z.object({
  protocolVersion: z.string(),
  capabilities: z.record(z.string(), z.unknown()),
  clientInfo: z.looseObject({ name: z.string(), version: z.string() }),
});

const SHOWN_NAME_LENGTH = 200;

/**
 * Decides whether a session may be opened: shape of `initialize`, binding, captured headers within their limits, no
 * collision for any backend (contract sections 1 and 5). Pure: no backend is contacted and no secret is read.
 */
export function draftSession(
  message: ClientRequest,
  rawHeaders: readonly string[],
  principal: Principal,
  config: Config,
): Drafted {
  const refuse = (refused: Refusal): Drafted => ({
    ok: false,
    refusal: { ...refused, idText: message.idText },
  });
  const params = initializeParams.safeParse(message.params);
  if (!params.success) {
    const where = params.error.issues[0]?.path.join('.') ?? 'params';
    return refuse(
      refusal(400, 'request.params', `initialize: ${where} is missing or wrong.`, {
        rpcCode: RPC.invalidParams,
      }),
    );
  }
  const binding = bindingKey(principal);
  if (binding === undefined) return refuse(refusal(401, 'auth.subject', 'The caller has no usable subject.'));
  const capture = captureHeaders(rawHeaders, config.passthroughHeaders);
  if (capture.fault !== undefined) {
    const { kind, name } = capture.fault;
    const text =
      kind === 'value-too-large'
        ? `The value of ${name} is over 8 KiB.`
        : `The captured headers are over 16 KiB together; ${name} was the last one read.`;
    return refuse(
      refusal(431, kind === 'value-too-large' ? 'header.value-too-large' : 'header.sum-too-large', text),
    );
  }
  const collisions = sessionCollisions(
    config,
    capture.captured.map(({ name }) => foldName(name)),
  );
  if (collisions.length > 0) return refuse(refusal(400, 'header.collision', collisionMessage(collisions)));
  const { protocolVersion, capabilities, clientInfo } = params.data;
  return {
    ok: true,
    draft: {
      binding,
      capture,
      capabilities,
      protocolVersion: isLegacyVersion(protocolVersion) ? protocolVersion : NEWEST_LEGACY_VERSION,
      capabilitiesText: textAt(message, 'capabilities'),
      clientInfoText: textAt(message, 'clientInfo'),
      client: {
        name: clientInfo.name.slice(0, SHOWN_NAME_LENGTH),
        version: clientInfo.version.slice(0, SHOWN_NAME_LENGTH),
      },
    },
  };
}

function textAt({ bytes, paramsRange }: ClientRequest, member: string): string {
  const range = memberAt(bytes, paramsRange, member);
  return range === undefined ? '{}' : bytes.toString('utf8', range.start, range.end);
}
