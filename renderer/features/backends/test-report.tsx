import type { ReactNode } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { backendWords as words } from '../../strings/backends.ts';
import { common } from '../../strings/common.ts';
import { headerWords } from '../../strings/headers.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { TimeAgo } from '../../ui/time-ago.tsx';
import classes from './backend-detail.module.css';

const TONES = { ok: 'ok', failed: 'bad', skipped: 'off' } as const;

/** What a test connection did, step by step, and what was sent by name and source. */
export function TestReport({ report }: { report: CallValue<'backends.test'> }): ReactNode {
  const ok = report.outcome === 'ok';
  return (
    <section className={classes.report} aria-label={words.testTitle} role="status">
      <StateLabel tone={ok ? 'ok' : 'bad'}>{ok ? words.testOk : words.testFailed}</StateLabel>{' '}
      <span className={classes.dim}>
        <TimeAgo at={report.at} />
        {report.server === undefined ? null : (
          <>
            {' · '}
            <ForeignText text={`${report.server.name} ${report.server.version}`} max={80} />
          </>
        )}
        {report.protocolVersion === undefined ? '' : ` · ${report.protocolVersion}`}
        {ok ? ` · ${words.tools(report.tools.length)}` : ''}
      </span>
      <ol className={classes.steps}>
        {report.steps.map(({ step, outcome, duration, message, said }) => (
          <li key={step}>
            <StateLabel tone={TONES[outcome]}>{words.testSteps[step]}</StateLabel>
            <span className={classes.dim}>{outcome === 'skipped' ? '' : common.milliseconds(duration)}</span>
            <span>
              {outcome === 'skipped' ? words.testSteps_outcome.skipped : message}{' '}
              {said === undefined ? null : <ForeignText text={said} max={2_000} block mono />}
            </span>
          </li>
        ))}
      </ol>
      {report.sent.length === 0 ? null : (
        <details>
          <summary>{words.testSent}</summary>
          <ul>
            {report.sent.map(({ name, source, fingerprint }) => (
              <li key={name}>
                <code>{name}</code> {headerWords.source[source]}{' '}
                {fingerprint === undefined ? null : <code>#{fingerprint}</code>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
