import {
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleXFilled,
  IconClockHour4,
  IconLockFilled,
  IconPlayerPauseFilled,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './icon-state.module.css';

export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'idle' | 'off' | 'locked';

const ICONS: Readonly<Record<Tone, typeof IconCircleCheckFilled>> = {
  ok: IconCircleCheckFilled,
  warn: IconAlertTriangleFilled,
  bad: IconCircleXFilled,
  busy: IconClockHour4,
  idle: IconCircleDashed,
  off: IconPlayerPauseFilled,
  locked: IconLockFilled,
};

/** A state as a shape of its own; the colour only repeats what shape and word say. Without `label` it is decoration. */
export function StateIcon({
  tone,
  label,
  size = 14,
}: {
  tone: Tone;
  label?: string;
  size?: number;
}): ReactNode {
  const Icon = ICONS[tone];
  return (
    <Icon
      size={size}
      className={classes[tone]}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

/** A state with its word beside it. */
export function StateLabel({ tone, children }: { tone: Tone; children: ReactNode }): ReactNode {
  return (
    <span className={classes.label} data-tone={tone}>
      <StateIcon tone={tone} />
      <span>{children}</span>
    </span>
  );
}
