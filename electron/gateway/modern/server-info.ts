import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberRanges, splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { META } from '../../../shared/mcp/modern.ts';

const OPEN_BRACE = 0x7b;

/** A quick look, for the era of sessions, whose clients know nothing of this member. */
export function namesServer(answer: Buffer): boolean {
  return answer.includes(META.serverInfo);
}

/**
 * An answer that names its server, with `info` in place of the backend's own words, or without the member: a backend
 * does not speak for the gateway (B72). Everything else stays as it was.
 */
export function withServerInfo(answer: Buffer, info: string | undefined): Buffer {
  try {
    return edited(answer, info);
  } catch {
    // A large answer is not parsed on its way; broken JSON says nothing, in nobody's name.
    return answer;
  }
}

function edited(answer: Buffer, info: string | undefined): Buffer {
  const result = scanMessage(answer).members.get('result');
  if (result === undefined || answer[result.start] !== OPEN_BRACE) return answer;
  const meta = memberRanges(answer, result).get('_meta');
  if (meta === undefined || answer[meta.start] !== OPEN_BRACE) return answer;
  if (!memberRanges(answer, meta).has(META.serverInfo)) return answer;
  const text = editMembers(answer, meta, new Map([[META.serverInfo, info]]));
  return Buffer.from(splice(answer, [{ range: meta, text }]));
}
