import type { StdioBackendConfig } from '../../../shared/config/backend-schema.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { failure } from '../failure.ts';
import type { BackendFailure, OpenedTransport, Transport, TransportEvents } from '../transport.ts';
import { MAX_MESSAGE_BYTES } from '../wire/answer-check.ts';
import { conversationOver, createCorrelation } from '../wire/correlation.ts';
import { oneLine } from '../wire/one-line.ts';
import { startChild } from './child.ts';
import type { ExitInfo } from './child-exit.ts';
import { createNoiseGate, looksLikeMessage } from './noise.ts';
import { type EnvironmentPorts, type EnvironmentScope, prepareEnvironment } from './prepare-environment.ts';
import { createStderrLog } from './stderr-log.ts';

export interface StdioPorts extends EnvironmentPorts {
  /** Whether a person has allowed this very command (MCPoison, threats.md 1.8); always where none is asked. */
  readonly mayStart?: (backend: string, config: StdioBackendConfig) => boolean;
  readonly now: () => number;
  /** One line of a backend's stderr, rate-limited; may hold anything the backend says. */
  readonly backendOutput: (backend: string, line: string) => void;
}

export interface StdioObserver {
  readonly dropped: (line?: string) => void;
  readonly started: (pid: number) => void;
}

/** Starts the backend's process and speaks newline-delimited JSON-RPC with it: one process per client session. */
export async function openStdioTransport(
  scope: EnvironmentScope,
  config: StdioBackendConfig,
  ports: StdioPorts,
  events: TransportEvents,
  observer: StdioObserver,
): Promise<OpenedTransport> {
  const { backend } = scope;
  if (ports.mayStart?.(backend, config) === false) {
    const message = `${backend} was not started: its command waits for your approval`;
    return { ok: false, failure: failure('backend.needs-approval', message, { notProcessed: true }) };
  }
  const environment = await prepareEnvironment(scope, config, ports);
  if (!environment.ok) return environment;
  const correlation = createCorrelation(backend, events.unsolicited, observer.dropped);
  const noise = createNoiseGate(ports.now);
  const stderr = createStderrLog((line) => ports.backendOutput(backend, line), ports.now);
  let over: BackendFailure | undefined;

  function end(fault: BackendFailure): void {
    if (over !== undefined) return;
    over = fault;
    correlation.failAll(fault);
    events.closed(fault);
  }

  const child = startChild(
    {
      name: backend,
      command: config.command,
      args: config.args,
      env: environment.env,
      maxLineBytes: MAX_MESSAGE_BYTES,
      ...(config.cwd === undefined ? {} : { cwd: config.cwd }),
    },
    {
      line(bytes) {
        if (over !== undefined || (looksLikeMessage(bytes) && correlation.deliver(bytes))) return;
        const verdict = noise.reject(bytes);
        observer.dropped(noise.report().latest);
        if (verdict === 'skip') return;
        end(
          failure(
            'backend.faulty-answer',
            `${backend} writes text instead of messages to its output; it was stopped`,
          ),
        );
        void child.stop();
      },
      stderr: (text) => stderr.write(text),
      exited: (info) => end(exitFailure(backend, info)),
    },
  );
  if (child.pid !== undefined) observer.started(child.pid);

  const transport: Transport = {
    request(call, receiver) {
      if (over !== undefined) receiver.failed(over);
      const expected = correlation.expect(call, receiver);
      // Without a process the reason is on its way, as its exit, and fails what waits.
      const isStarted = over === undefined && child.pid !== undefined;
      if (isStarted && !child.write(oneLine(call.bytes))) correlation.fail(call, notReading(backend));
      return expected;
    },
    async post(bytes) {
      return over ?? (child.write(oneLine(bytes)) ? undefined : notReading(backend));
    },
    established: () => undefined,
    async close() {
      over ??= conversationOver(backend, 'the session was closed');
      correlation.failAll(over);
      await child.stop();
    },
  };
  return { ok: true, transport, release: async () => undefined };
}

function exitFailure(backend: string, info: ExitInfo): BackendFailure {
  if (info.reason === 'cannot-start')
    return failure('backend.cannot-start', info.message, { notProcessed: true });
  if (info.reason === 'lack') return failure('gateway.overloaded', info.message, { notProcessed: true });
  if (info.reason === 'line-too-long')
    return failure('backend.answer-too-large', info.message, { rpcCode: RPC.internal });
  return conversationOver(backend, info.message);
}

/** STD-06: the child does not read its input; the call fails as timed out and others are unaffected. */
function notReading(backend: string): BackendFailure {
  return failure('backend.timeout', `${backend} does not read its input: 16 MiB are waiting for it`, {
    rpcCode: RPC.timeout,
  });
}
