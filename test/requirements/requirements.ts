import { BEHAVIOURS } from './behaviour-requirements.ts';
import { FAULTS } from './fault-requirements.ts';
import { PLATFORM } from './platform-requirements.ts';
import type { Part, RequirementRow } from './requirement.ts';

/** Everything that a test can name. An id is never used for anything else. */
export const REQUIREMENTS: readonly RequirementRow[] = [...BEHAVIOURS, ...FAULTS, ...PLATFORM];

/** The parts that are built: each of their requirements has to be named by a test that passes. */
export const BUILT: readonly Part[] = ['gateway', 'auth', 'window', 'transparency', 'connect'];
