import { showInvisible } from '../../../shared/clients/invisible.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { wayOutOf } from '../../app/control/views/ways-out.ts';
import type { ServerHello } from '../../backends/handshake.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import type { Finding } from './finding.ts';

const LONGEST_NAME = 60;

/** Where the words for the window do not fit: nothing is tried again here, and there is a command. */
const WAYS_OUT: Partial<Record<ErrorCode, string>> = {
  'backend.unreachable':
    'Check that the server runs, that its address is right, and that the network is there.',
  'backend.timeout': 'Check that the server runs; one that is slow to wake may be well all the same.',
  'backend.needs-sign-in': 'Set its secret with patchbay secret set, or sign in to it in the window.',
};

/** What came of calling one backend, in plain words. What it says of itself is cut and shown with nothing hidden. */
export function probeFinding(name: string, answer: ServerHello | BackendFailure): Finding {
  const common = { check: 'backends', subject: name } as const;
  if (!('code' in answer)) {
    const { name: theirs, version } = answer.serverInfo;
    const server = [theirs, version].filter((text) => typeof text === 'string').join(' ');
    const shown = showInvisible(server.replaceAll(/[\r\n\t]/g, ' ')).slice(0, LONGEST_NAME);
    return {
      ...common,
      state: 'well',
      message: `answers as ${shown || 'nobody'} (MCP ${answer.protocolVersion})`,
    };
  }
  const message = answer.message;
  if (answer.code === 'backend.needs-caller-header') {
    return { ...common, state: 'note', message: `${message}; that is well, as none was sent now` };
  }
  const fix = WAYS_OUT[answer.code] ?? wayOutOf(answer.code).fix ?? 'Correct its settings, then look again.';
  return { ...common, state: 'problem', message: `${message} [${answer.code}]`, fix };
}
