/**
 * The variables that every child process gets from the login environment, and no others (STD-09): what programs
 * need to find files, words, screens and certificates. Nothing here names a credential. Proxy variables are left
 * out, since their values often hold a password; an entry that needs one lists it in its own `env`.
 */
export const SAFE_VARIABLES: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TERM',
  'TMPDIR',
  'TMP',
  'TEMP',
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
];

/** Whole families of such variables. */
export const SAFE_PREFIXES: readonly string[] = ['LC_', 'XDG_'];

/** Added on Windows, where programs do not start without some of them. Names there ignore case. */
export const SAFE_WINDOWS_VARIABLES: readonly string[] = [
  'SystemRoot',
  'SystemDrive',
  'windir',
  'ComSpec',
  'PATHEXT',
  'OS',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramData',
  'ProgramFiles',
  'ProgramFiles(x86)',
  'ProgramW6432',
  'CommonProgramFiles',
  'CommonProgramFiles(x86)',
  'USERPROFILE',
  'USERNAME',
  'USERDOMAIN',
  'HOMEDRIVE',
  'HOMEPATH',
  'PROCESSOR_ARCHITECTURE',
  'NUMBER_OF_PROCESSORS',
];

/** Our own variables: they carry tokens and secrets of all backends, and no child ever gets one. */
export const OWN_PREFIX = 'PATCHBAY_';

/**
 * Names that decide which code a program runs. A user may set them in an entry's `env`; a header's value, which
 * comes from whoever calls, never may.
 */
export const NEVER_FROM_HEADERS: readonly RegExp[] = [
  /^(PATH|PATHEXT|HOME|SHELL|ENV|BASH_ENV|IFS|COMSPEC|SYSTEMROOT|USERPROFILE|APPDATA)$/i,
  /^(LD|DYLD)_/i,
  /^(NODE|NPM_CONFIG|UV|PIP|GIT|DOCKER)_/i,
  /^(PYTHON|PERL5|RUBY)/i,
  /^(JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|CLASSPATH)$/i,
];
