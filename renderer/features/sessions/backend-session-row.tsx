import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { type ReactNode, useId, useState } from 'react';
import type { BackendSessionView } from '../../../shared/sessions/backend-session-view.ts';
import { href } from '../../app/router.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import { StateLabel } from '../../ui/icon-state.tsx';
import { BackendSessionInside } from './backend-session-inside.tsx';
import classes from './session-detail.module.css';
import { backendTone, driftedHere } from './session-words.ts';

/** How a session stands with one backend, in one line; everything between the two when opened. */
export function BackendSessionRow({
  view,
  session,
  onEnd,
}: {
  view: BackendSessionView;
  session: string;
  /** Asks to end the session. */
  onEnd: () => void;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const inside = useId();
  const { backend, status, protocolVersion, pid, captured, transport, drift, restarts } = view;
  return (
    <li className={classes.row}>
      <button
        type="button"
        className={classes.summary}
        aria-expanded={open}
        aria-controls={inside}
        title={words.showDetail(backend)}
        onClick={() => setOpen(!open)}
      >
        <IconChevronRight size={14} className={classes.chevron} aria-hidden />
        <span className={classes.backend}>{backend}</span>
        <StateLabel tone={backendTone(status)}>{words.state[status.state]}</StateLabel>
        {protocolVersion === undefined ? null : <span className={classes.dim}>{protocolVersion}</span>}
        {pid === undefined ? null : <span className={classes.dim}>{words.pid(pid)}</span>}
        {transport === 'stdio' || captured.length > 0 ? (
          <span className={classes.dim}>
            {transport === 'stdio' ? words.processNoHeaders : words.headersHere(captured.length)}
          </span>
        ) : null}
        {restarts > 0 ? <span className={classes.dim}>{words.restarts(restarts)}</span> : null}
        {drift.length > 0 ? (
          <span className={classes.driftHere}>
            <StateLabel tone="warn">{driftedHere(view)}</StateLabel>
          </span>
        ) : null}
      </button>
      {'reason' in status ? (
        <div className={classes.reason}>
          <span className={classes.dim}>{status.reason}</span>
          {status.state === 'needs-sign-in' ? (
            <Button component="a" size="compact-xs" href={href('backends', backend)}>
              {words.signIn}
            </Button>
          ) : null}
        </div>
      ) : null}
      <div id={inside}>
        {open ? <BackendSessionInside view={view} session={session} onEnd={onEnd} /> : null}
      </div>
    </li>
  );
}
