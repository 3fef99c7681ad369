import type { CallValue } from '../../shared/control/contract.ts';

export type ProposedDraft = CallValue<'backends.parsePaste'>['drafts'][number];

let proposed: ProposedDraft | undefined;

/** Lays a proposal (an import, a deep link) ready for the form of a new backend. It holds no secret value. */
export function proposeDraft(draft: ProposedDraft): void {
  proposed = draft;
}

/** The proposal, once. */
export function takeProposedDraft(): ProposedDraft | undefined {
  const draft = proposed;
  proposed = undefined;
  return draft;
}
