import type { z } from 'zod';
import { activity, activityEvents } from './activity.ts';
import { backendEvents, backends } from './backends.ts';
import { clients } from './clients.ts';
import { headerEvents, headers } from './headers.ts';
import type { CallResult } from './result.ts';
import { secretEvents, secrets } from './secrets.ts';
import { sessionEvents, sessions } from './sessions.ts';
import { configEvents, problemEvents, settings } from './settings.ts';
import { signIn, signInEvents } from './sign-in.ts';
import { noticeEvents, status, statusEvents } from './status.ts';
import { tokenEvents, tokens } from './tokens.ts';
import { toolEvents, tools } from './tools.ts';

/** The one contract between a window and its host. Types of both sides, and the checks at run time, come from here. */
export const contract = {
  calls: {
    status,
    backends,
    headers,
    sessions,
    tools,
    activity,
    settings,
    tokens,
    secrets,
    signIn,
    clients,
  },
  events: {
    status: statusEvents,
    backends: backendEvents,
    headers: headerEvents,
    sessions: sessionEvents,
    tools: toolEvents,
    activity: activityEvents,
    config: configEvents,
    problems: problemEvents,
    tokens: tokenEvents,
    secrets: secretEvents,
    signIn: signInEvents,
    notices: noticeEvents,
  },
};

type Calls = typeof contract.calls;
type Events = typeof contract.events;

type Dotted<Groups> = {
  [Group in keyof Groups & string]: `${Group}.${keyof Groups[Group] & string}`;
}[keyof Groups & string];

type At<Groups, Name> = Name extends `${infer Group}.${infer Member}`
  ? Group extends keyof Groups
    ? Member extends keyof Groups[Group]
      ? Groups[Group][Member]
      : never
    : never
  : never;

type InputSchema<Call> = Call extends { input: infer Schema } ? Schema : never;
type OutputSchema<Call> = Call extends { output: infer Schema } ? Schema : never;
type PayloadSchema<Event> = Event extends { payload: infer Schema } ? Schema : never;

/** The name of a call on the wire: `backends.list`. */
export type CallName = Dotted<Calls>;
export type EventName = Dotted<Events>;

/** What a window passes: fields with a default may be left out. */
export type CallArgument<Name extends CallName> = z.input<InputSchema<At<Calls, Name>>>;
/** What the host gets: checked and complete. */
export type CallInput<Name extends CallName> = z.output<InputSchema<At<Calls, Name>>>;
/** What the host answers. */
export type CallAnswer<Name extends CallName> = z.input<OutputSchema<At<Calls, Name>>>;
/** What the window gets. */
export type CallValue<Name extends CallName> = z.output<OutputSchema<At<Calls, Name>>>;

export type EventPayload<Name extends EventName> = z.output<PayloadSchema<At<Events, Name>>>;
/** What the host raises; it is cut to its shape before it is sent. */
export type EventSource<Name extends EventName> = z.input<PayloadSchema<At<Events, Name>>>;

/** The host's side: one function a call. It throws `ControlFault` to refuse. */
export type ControlApi = {
  readonly [Group in keyof Calls]: {
    readonly [Member in keyof Calls[Group]]: (
      input: z.output<InputSchema<Calls[Group][Member]>>,
    ) => Promise<z.input<OutputSchema<Calls[Group][Member]>>>;
  };
};

/** The window's side: the same functions. They never reject for what the host refused. */
export type ControlClient = {
  readonly [Group in keyof Calls]: {
    readonly [Member in keyof Calls[Group]]: (
      input: z.input<InputSchema<Calls[Group][Member]>>,
    ) => Promise<CallResult<z.output<OutputSchema<Calls[Group][Member]>>>>;
  };
};
