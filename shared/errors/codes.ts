/** Every error the product can tell a person about: its stable code and its title. Codes are never reused. */
const TITLES = {
  'header.restricted': 'This header is reserved',
  'header.name-invalid': 'Not a header name',
  'header.duplicate': 'The same header twice',
  'header.too-many': 'Too many headers',
  'header.value-invalid': 'Not a header value',
  'header.value-too-large': 'A header value is too large',
  'header.sum-too-large': 'The captured headers are too large together',
  'header.collision': 'One header, two sources',
  'header.underscore': 'A header name with an underscore',
  'header.not-listed': 'The header is not in the allowlist',
  'header.differs': 'The client now sends another value',
  'header.in-clear': 'Headers travel unencrypted',

  'config.syntax': 'The configuration file cannot be read',
  'config.duplicate-key': 'A key stands twice in the configuration',
  'config.field': 'A setting has a wrong value',
  'config.unknown-field': 'An unknown setting',
  'config.version': 'The configuration has another version',
  'config.read-only': 'The configuration is open read-only',
  'config.stale': 'The configuration has changed in the meantime',
  'config.file': 'The configuration file is not usable',
  'config.restored': 'The last good configuration was restored',
  'config.save-failed': 'The configuration could not be saved',
  'config.host': 'The gateway listens on loopback only',

  'backend.name': 'Not a backend name',
  'backend.url': 'Not a backend address',
  'backend.loop': 'The backend is this gateway',
  'backend.clear-text': 'A credential would travel unencrypted',
  'backend.unknown': 'No such backend',
  'backend.unreachable': 'The backend cannot be reached',
  'backend.timeout': 'The backend did not answer in time',
  'backend.faulty-answer': 'The backend gave a faulty answer',
  'backend.answer-too-large': 'The answer of the backend is too large',
  'backend.redirect-refused': 'A redirect was refused',
  'backend.session-lost': 'The backend forgot its session',
  'backend.refused': 'The backend refused the request',
  'backend.needs-caller-header': "The backend needs a caller's header",
  'backend.needs-sign-in': 'The backend needs a sign-in',
  'backend.needs-approval': 'The backend needs your approval',
  'backend.off': 'The backend is off',
  'backend.cannot-start': 'The process cannot be started',
  'backend.crashed': 'The process ended',
  'backend.not-protocol': 'The process does not speak MCP',
  'backend.overloaded': 'The backend does not take any more requests',
  'backend.unsupported': 'The backend does not support this',
  'backend.catalog-capped': 'The backend lists more than is shown',

  'secret.missing': 'A secret is missing',
  'secret.locked': 'The keychain is locked',
  'secret.absent': 'There is no safe storage for secrets',
  'secret.timeout': 'The keychain does not answer',
  'secret.too-large': 'The secret is too large for the keychain',
  'secret.read-only': 'Secrets come from the environment',
  'secret.environment': 'PATCHBAY_SECRETS cannot be read',

  'session.missing': 'No session id',
  'session.unknown': 'The session is unknown or has ended',
  'session.duplicate-id': 'More than one session id',
  'session.limit': 'Too many sessions',
  'session.live': 'The session is already initialised',
  'session.not-initialised': 'The session is not initialised',
  'session.busy': 'Too many requests of one session',
  'session.ended': 'The session was ended',
  'session.stream-taken': 'The session already has a listening stream',

  'request.host': 'The Host header is not ours',
  'request.origin': 'The Origin header is not allowed',
  'request.fetch-site': 'A web page of another site called',
  'request.target': 'The request target is not a path',
  'request.path': 'No such path',
  'request.method': 'The HTTP method is not allowed',
  'request.content-type': 'The body must be application/json',
  'request.content-encoding': 'The body must not be compressed',
  'request.accept': 'The client does not accept the answer',
  'request.too-large': 'The body is too large',
  'request.header-section': 'The header section is too large',
  'request.duplicate-header': 'A header stands twice',
  'request.framing': 'The request is malformed',
  'request.timeout': 'The request took too long to arrive',
  'request.encoding': 'The body is not UTF-8',
  'request.parse': 'The body is not JSON',
  'request.depth': 'The JSON is nested too deeply',
  'request.batch': 'Batches are not part of MCP',
  'request.invalid': 'Not a JSON-RPC message',
  'request.duplicate-id': 'The request id is in use',
  'request.event-unknown': 'The stream cannot be resumed',
  'request.call-over': 'The call is over',
  'request.answer-lost': 'The answer of the call is not held any more',
  'request.method-unknown': 'The MCP method is unknown',
  'request.params': 'The parameters are wrong',
  'request.protocol-version': 'The protocol version is not supported',
  'request.header-mismatch': 'Header and body say different things',
  'request.cancelled': 'The request was cancelled',
  'request.capability': 'The client lacks a capability',
  'request.rate': 'Too many requests from a backend',

  'auth.missing': 'No token',
  'auth.invalid': 'The token is not accepted',
  'auth.expired': 'The token has expired',
  'auth.revoked': 'The token was revoked',
  'auth.scope': 'The token lacks a scope',
  'auth.subject': 'The token names no subject',
  'auth.other-principal': 'The session belongs to another caller',
  'auth.issuer-unreachable': 'The identity provider cannot be reached',
  'auth.anonymous': 'Everyone on this machine may call',
  'auth.no-caller-token': 'There is no caller token to pass on',
  'auth.sign-in-failed': 'The sign-in failed',
  'auth.sign-out-failed': 'The sign-out failed',
  'auth.refresh-refused': 'The sign-in has ended',
  'auth.unsafe-address': 'An unsafe authorization address',
  'auth.no-pkce': 'The authorization server does not offer PKCE',
  'auth.state': 'The sign-in answer does not belong to this sign-in',
  'auth.issuer-mismatch': 'The sign-in answer comes from another issuer',
  'auth.registration': 'The client registration failed',
  'auth.token-request': 'The token request failed',
  'auth.guarded-address': 'A forbidden network address',

  'identity.left-out': 'An identity claim was left out',

  'tool.unknown': 'No such tool',
  'tool.conflict': 'Two backends offer the same name',
  'tool.held': 'The changed tool waits for approval',
  'tool.changed': 'The tool has changed',
  'tool.faulty': 'The tool definition is faulty',
  'resource.unknown': 'No such resource',
  'prompt.unknown': 'No such prompt',

  'gateway.port-in-use': 'The port is in use',
  'gateway.overloaded': 'The gateway is overloaded',
  'gateway.closing': 'The gateway is closing',
  'gateway.internal': 'Something went wrong inside',

  'control.unknown-call': 'The window asked for an unknown call',
  'control.input': 'The window sent something else than the contract states',
  'control.unreachable': 'The gateway does not answer the window',
  'control.defect': 'A call of the window failed inside',
  'control.not-available': 'This host cannot do that',
  'control.undo-over': 'It is too late to take this back',
  'control.draft-gone': 'The draft is not held any more',
  'control.approval-changed': 'The command is another one by now',

  'client.not-found': 'The client is not on this machine',
  'client.file': "The client's file cannot be used",
  'client.changed': "The client's file has changed in the meantime",
  'client.unsupported': 'The client cannot do this',

  'import.entry': 'The entry cannot be imported',
  'export.lossy': 'The export leaves something out',
} as const;

/** The stable name of one error. */
export type ErrorCode = keyof typeof TITLES;

export interface ErrorEntry {
  readonly title: string;
  /** The anchor of its section in the error documentation. */
  readonly help: string;
}

/** All errors as data: what the documentation, the window and the command line show them from. */
export const ERROR_CODES: Readonly<Record<ErrorCode, ErrorEntry>> = Object.freeze(
  Object.fromEntries(
    Object.entries(TITLES).map(([code, title]) => [code, { title, help: code.replace('.', '-') }]),
  ) as Record<ErrorCode, ErrorEntry>,
);

/** Tells whether a text is one of the stable codes; for input from files and other processes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(TITLES, text);
}
