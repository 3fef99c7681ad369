/**
 * Every field of every answer and event that carries more than names, sentences of ours, handles and numbers.
 * A new one makes the test fail until somebody has asked "can a secret or a header value stand here?" and put it in.
 * `[form]`, `[draft]` and the like stand for a part that occurs in several answers.
 */
export const REVIEWED_FIELDS = {
  /** The value itself, told once or for 30 s, for a deliberate click. No event, ever. */
  secret: ['sessions.reveal.value', 'tokens.create.value'],

  /** Masked by the host before it gets here: our token, other people's values in client files, the bundle. */
  masked: [
    'clients.preview.files[].hunks[].lines[].text',
    'clients.snippet.text',
    'settings.supportBundle.files[].text',
    'settings.supportBundle.leftOut[]',
  ],

  /** Text of backends and clients: scrubbed of live secret values by the host (STA-07), as it may echo them. */
  foreign: [
    '[activity].client',
    '[seen].clients[]',
    '[seen].name',
    '[session].client.name',
    '[session].client.version',
    '[sign-in].wantsScope',
    '[token].lastUsedBy',
    '[tool].annotations',
    '[tool].description',
    '[tool].inputSchema',
    '[tool].outputSchema',
    '[tool].title',
    'activity.export.text',
    'backends.test.server.name',
    'backends.test.server.version',
    'backends.test.steps[].said',
    'sessions.detail.backends[].dropped.latest',
    'sessions.detail.backends[].errors[].said',
    'sessions.detail.backends[].server.name',
    'sessions.detail.backends[].server.version',
    'sessions.detail.seenNotAllowed[]',
    'tools.call.result',
  ],

  /** What the config file holds in clear, and addresses and paths of this machine. */
  setting: [
    '[command].argv[]',
    '[command].cwd',
    '[command].lookedIn[]',
    '[command].resolved',
    '[form].connection.args[]',
    // Names and addresses; client secrets, passwords and tokens are secrets of kind `auth` and in the keychain.
    '[form].connection.auth.audience',
    '[form].connection.auth.clientId',
    '[form].connection.auth.header',
    '[form].connection.auth.issuer',
    '[form].connection.auth.resource',
    '[form].connection.auth.scopes[]',
    '[form].connection.auth.tokenUrl',
    '[form].connection.auth.username',
    '[form].connection.command',
    '[form].connection.cwd',
    '[form].connection.env[].value',
    '[form].connection.headers[].value',
    '[form].connection.url',
    '[form].title',
    '[form].tools.describe[].text',
    // A static header's plain value only; a cell of another source has no such field filled.
    '[plan].cells[].plain',
    '[sign-in].address',
    '[gateway].endpoint',
    'clients.apply.written[].backup',
    'clients.apply.written[].path',
    'clients.detect.clients[].files[].path',
    'clients.preview.files[].path',
    'clients.undo.restored[].path',
    'settings.get.configFile',
    'settings.get.settings.allowedOrigins[]',
    'settings.get.settings.language',
    'settings.get.settings.auth.audience',
    'settings.get.settings.auth.introspection.clientId',
    'settings.get.settings.auth.introspection.url',
    'settings.get.settings.auth.issuer',
    'settings.get.settings.auth.jwksUri',
    'settings.get.settings.auth.requiredScopes[]',
    'settings.get.settings.auth.upstream.clientId',
    'settings.get.settings.auth.upstream.issuer',
    'settings.get.settings.auth.upstream.scopes[]',
    'settings.get.settings.prefixFormat',
    // The address that the browser is sent to: state and challenge of one attempt, no code and no token.
    'signIn.start.address',
    'tokens.create.endpoint',
    'tools.catalog.items[].overrides.describe',
  ],

  /** Who is signed in: personal, not secret. */
  claim: [
    '[plan].cells[].identity',
    '[session].principal.email',
    '[session].principal.issuer',
    '[session].principal.name',
    '[session].principal.subject',
    '[sign-in].as',
    '[sign-in].issuer',
    'settings.get.settings.auth.profile.email',
    'settings.get.settings.auth.profile.name',
    'settings.get.settings.auth.profile.sub',
  ],
} as const;

/** Where the shared parts occur: the part is put in place of the match. */
export const SHARED_PARTS: readonly (readonly [pattern: RegExp, part: string])[] = [
  [/^(backends\.(get|check))\.command/, '[command]'],
  [/^(backends\.get|backends\.parsePaste\.drafts\[\]|clients\.importFrom\.drafts\[\])\.form/, '[form]'],
  [/^headers\.(plan|simulate)\.table\.rows\[\]/, '[plan]'],
  [/^(event )?headers\.seen\.names\[\]/, '[seen]'],
  [/^(event )?(status\.snapshot|sessions\.list|sessions\.changed)\.sessions\[\]/, '[session]'],
  [/^sessions\.detail(?=\.(client|principal)\.)/, '[session]'],
  [/^(activity\.query|event activity\.appended)\.entries\[\]/, '[activity]'],
  [/^(event )?tokens\.(list|revoke|changed)\.tokens\[\]/, '[token]'],
  [/^tokens\.create\.token(?=\.)/, '[token]'],
  [/^tools\.catalog\.items\[\]\.(definition|changed\.before)/, '[tool]'],
  [/^(status\.snapshot\.gateway|status\.retryListening|event status\.changed\.gateway)/, '[gateway]'],
  [/^(event )?signIn\.(status\.backends\[\]|start|cancel|signOut|changed)\.status/, '[sign-in]'],
];
