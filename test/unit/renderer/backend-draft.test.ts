import { describe, expect, test } from 'vitest';
import {
  changedSections,
  connectionOfType,
  type Draft,
  draftProblems,
  emptyForm,
  problemsElsewhere,
  problemsIn,
  SECTION_FIELDS,
  secretWrites,
} from '../../../renderer/features/backends/form/draft.ts';
import { withoutHeader } from '../../../renderer/features/backends/form-edits.ts';
import { verifies } from '../../requirements/verifies.ts';
import { httpForm } from '../../support/forms.ts';

const around = { allowlist: ['X-Tenant'], authMode: 'local', port: 4780 } as const;
const draft = (form: Draft['form'], secrets: Draft['secrets'] = {}): Draft => ({ name: 'a', form, secrets });

describe('the form of a backend', () => {
  test(verifies(['B50'], 'one name twice, or plain and secret, is named in the headers section'), () => {
    const twice = httpForm('https://x.example/mcp', {
      headers: [
        { name: 'X-A', value: '1' },
        { name: 'X-A', value: '2' },
      ],
    });
    const found = problemsIn(draftProblems(draft(twice), around), 'a', SECTION_FIELDS.headers);
    expect(found).toMatchObject([{ code: 'header.duplicate' }]);
    const both = httpForm('https://x.example/mcp', {
      headers: [{ name: 'X-A', value: '1' }],
      secretHeaders: ['x-a'],
    });
    expect(draftProblems(draft(both), around)[0]?.code).toMatch(/^header\.(collision|duplicate)$/);
  });

  test(verifies(['B10', 'CFG-18'], 'a collision with the allowlist stands in the headers section'), () => {
    const form = httpForm('https://x.example/mcp', { headers: [{ name: 'x-tenant', value: 'acme' }] });
    const problems = draftProblems(draft(form), around);
    expect(problemsIn(problems, 'a', SECTION_FIELDS.headers)).toMatchObject([
      { code: 'header.collision', severity: 'error' },
    ]);
    expect(problemsElsewhere(problems, 'a')).toEqual([]);
  });

  test('typed secrets go along only for rows that are still there', () => {
    const form = httpForm('https://x.example/mcp', {
      secretHeaders: ['X-Key'],
      auth: { strategy: 'bearer' },
    });
    const secrets = { 'header/X-Key': 'one', 'header/X-Gone': 'two', 'auth/token': 'three', 'env/E': 'four' };
    expect(secretWrites(draft(form, secrets))).toEqual([
      { kind: 'header', name: 'X-Key', value: 'one' },
      { kind: 'auth', name: 'token', value: 'three' },
    ]);
  });

  test('what changed is told by section', () => {
    const before = draft(httpForm('https://x.example/mcp'));
    expect(changedSections(before, before)).toEqual([]);
    const moved = draft({ ...httpForm('https://y.example/mcp'), timeoutSeconds: 5 });
    expect(changedSections(before, moved)).toEqual(['connection', 'advanced']);
  });

  test('another kind of connection keeps what both kinds have', () => {
    const http = httpForm('https://x.example/mcp', { secretHeaders: ['X-Key'] }).connection;
    expect(connectionOfType(http, 'sse')).toMatchObject({ type: 'sse', secretHeaders: ['X-Key'] });
    expect(connectionOfType(http, 'stdio')).toEqual(emptyForm('stdio').connection);
  });

  test('a way out takes the header out of the form, plain or secret, or switches identity off', () => {
    const form = httpForm('https://x.example/mcp', {
      headers: [{ name: 'X-Tenant', value: 'acme' }],
      secretHeaders: ['X-Key'],
    });
    expect(withoutHeader(form, 'backends.a.headers.X-Tenant', 'x-tenant').connection).toMatchObject({
      headers: [],
      secretHeaders: ['X-Key'],
    });
    expect(withoutHeader(form, 'backends.a.identityHeaders', 'X-User-Sub').connection).toMatchObject({
      identityHeaders: 'off',
    });
  });
});
