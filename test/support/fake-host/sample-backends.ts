import type { z } from 'zod';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { BackendState } from '../../../shared/control/backend-state.ts';
import type { backendLine } from '../../../shared/control/backends.ts';
import { httpForm, stdioForm } from '../forms.ts';

export type BackendLine = z.output<typeof backendLine>;
export interface SampleBackend {
  readonly name: string;
  readonly form: BackendForm;
  readonly status: BackendState;
  readonly tools?: number;
  readonly callsPerMinute: number;
}

/** A handful of backends in the states that a person meets. */
export function sampleBackends(now: number): SampleBackend[] {
  return [
    {
      name: 'billing',
      form: httpForm('https://billing.example.com/mcp', {
        headers: [{ name: 'X-Region', value: 'eu' }],
        secretHeaders: ['X-Billing-Key'],
        auth: { strategy: 'oauth', scopes: ['invoices.read'] },
        identityHeaders: 'on',
      }),
      status: { state: 'ready', since: now - 5_400_000 },
      tools: 14,
      callsPerMinute: 3.2,
    },
    {
      name: 'files',
      form: stdioForm('npx', ['-y', '@modelcontextprotocol/server-filesystem', '/home/ada/projects'], {
        env: [{ name: 'LOG_LEVEL', value: 'warn' }],
        envFromHeaders: [{ variable: 'TENANT', header: 'X-Tenant' }],
      }),
      status: { state: 'ready', since: now - 5_300_000 },
      tools: 11,
      callsPerMinute: 1.4,
    },
    {
      name: 'docs',
      form: httpForm('https://docs.example.com/mcp', {
        auth: { strategy: 'oauth' },
        passthroughExcept: ['X-Tenant'],
      }),
      status: {
        state: 'needs-sign-in',
        reason: 'docs.example.com asks for a sign-in.',
        fix: 'Sign in; your browser opens for it.',
      },
      tools: 6,
      callsPerMinute: 0,
    },
    {
      name: 'search',
      form: httpForm('https://search.example.com/sse', { type: 'sse' }),
      status: {
        state: 'unreachable',
        since: now - 240_000,
        nextTryAt: now + 22_000,
        reason: 'search.example.com does not answer: the connection was refused.',
        fix: 'Check the address, or that the server runs.',
      },
      tools: 3,
      callsPerMinute: 0,
    },
    {
      name: 'tickets',
      form: stdioForm('uvx', ['ticket-mcp', '--project', 'ops'], { secretEnv: ['TICKET_TOKEN'] }),
      status: {
        state: 'needs-approval',
        approval: 'cmd-tickets-1',
        reason: 'This command has never run on this machine.',
        fix: 'Read it in full, then run it.',
      },
      callsPerMinute: 0,
    },
    {
      name: 'notes',
      form: stdioForm('nppx', ['-y', 'notes-mcp']),
      status: {
        state: 'cannot-start',
        reason: "nppx was not found in the login shell's PATH. Looked in /usr/local/bin, /usr/bin and /bin.",
        fix: 'Correct the command, or install it.',
      },
      callsPerMinute: 0,
    },
    {
      name: 'crm',
      form: httpForm('https://crm.example.com/mcp', { secretHeaders: ['X-Crm-Key'] }),
      status: {
        state: 'secret-missing',
        kind: 'header',
        name: 'X-Crm-Key',
        reason: 'The secret header X-Crm-Key is not set.',
        fix: 'Set it; until then crm stays off.',
      },
      callsPerMinute: 0,
    },
  ];
}
