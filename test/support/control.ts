import { type Control, createControlApi } from '../../electron/app/control/create-control-api.ts';
import type { ControlExtras } from '../../electron/app/control/extras.ts';
import { SILENT_LOG } from '../../electron/log/log.ts';
import { answerCall } from '../../shared/control/answer-call.ts';
import type { ControlClient, EventName } from '../../shared/control/contract.ts';
import { createClient } from '../../shared/control/create-client.ts';
import type { CallResult } from '../../shared/control/result.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';
import { until } from './until.ts';

/** A gateway with its control API, driven the way a window drives it: every input and answer checked and shaped. */
export interface TestControl extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly control: Control;
  readonly client: ControlClient;
  /** Every answer and event so far as text: what a search for values looks through. `reveal` and new tokens excepted. */
  readonly told: readonly string[];
  readonly events: readonly { readonly name: EventName; readonly payload: unknown }[];
  /** Defects of the host: a test that expects none looks here. */
  readonly defects: readonly unknown[];
  /** The state of the config file that the next change is made on. */
  revision(): string;
}

const TELLS_VALUES: ReadonlySet<string> = new Set(['sessions.reveal', 'tokens.create']);

/** Starts both; nothing is sent over a wire between window and host. */
export async function startTestControl(
  options: TestGatewayOptions = {},
  extras: Partial<ControlExtras> = {},
): Promise<TestControl> {
  const gateway = await startTestGateway(options);
  const control = createControlApi(gateway.patchbay, {
    host: 'headless',
    log: SILENT_LOG,
    scrub: (text) => text,
    ...extras,
  });
  const told: string[] = [];
  const events: { name: EventName; payload: unknown }[] = [];
  const defects: unknown[] = [];
  control.subscribe((name, payload) => {
    events.push({ name, payload });
    told.push(JSON.stringify(payload));
  });
  const client = createClient(async (name, input) => {
    const answer = await answerCall(control.api, name, input, (_call, thrown) => defects.push(thrown));
    if (!TELLS_VALUES.has(name)) told.push(JSON.stringify(answer));
    return answer;
  });
  return {
    gateway,
    control,
    client,
    told,
    events,
    defects,
    revision: () => gateway.configFile.current().revision,
    async [Symbol.asyncDispose]() {
      control[Symbol.dispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

/** The value of an answer; a refusal fails the test with its words. */
export async function value<T>(answer: Promise<CallResult<T>>): Promise<T> {
  const result = await answer;
  if (result.ok) return result.value;
  throw new Error(`refused: ${result.error.code} ${result.error.message}`);
}

/** The refusal of an answer; a value fails the test. */
export async function refusal(answer: Promise<CallResult<unknown>>) {
  const result = await answer;
  if (!result.ok) return result.error;
  throw new Error(`not refused: ${JSON.stringify(result.value).slice(0, 300)}`);
}

/** The first event of this name whose payload is the one that is wanted, past or to come. */
export async function eventOf(
  { events }: TestControl,
  name: EventName,
  isWanted: (payload: never) => boolean,
): Promise<unknown> {
  const find = () => events.find((event) => event.name === name && isWanted(event.payload as never));
  await until(() => find() !== undefined);
  return find()?.payload;
}
