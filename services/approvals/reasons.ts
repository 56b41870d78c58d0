/** Every refusal: what happened, and what to do. Cards and messages take their words from here. */
export const reasons = {
  'no-role': {
    what: 'You do not hold the role that this takes.',
    next: 'Ask somebody who does, or ask an administrator to add you to the group.',
  },
  'role-unknown': {
    what: 'Your role could not be checked just now, and a doubt is a no.',
    next: 'Try again in a minute. Nothing was changed.',
  },
  'own-request': {
    what: 'You asked for this change, so you cannot decide it.',
    next: 'Somebody else with the approver role must decide. You can cancel it.',
  },
  'already-decided': {
    what: 'You have approved this already; a person counts once.',
    next: 'Another approver must decide.',
  },
  resolved: {
    what: 'This change has been decided; that is final.',
    next: 'If it was carried out, it can be rolled back; if not, propose it again.',
  },
  'old-card': {
    what: 'This card was out of date. Nothing was done.',
    next: 'Below is how it stands now; decide on that.',
  },
  expired: { what: 'The time to decide has passed, so the answer is no.', next: 'Propose it again.' },
  'reason-needed': { what: 'This needs a reason.', next: 'Write a sentence for the record and click again.' },
  'proof-needed': { what: 'This needs a statement and where the proof is.', next: 'Fill in both and click again.' },
  frozen: {
    what: 'Writing to the tenant is paused.',
    next: 'Say `resume` when it may go on; previews work meanwhile.',
  },
  'not-enough-approvers': {
    what: 'There are not enough people who could approve this, you excluded.',
    next: 'An administrator must add people to the approver group first.',
  },
  'approvers-unknown': {
    what: 'It could not be checked whether enough people can approve this.',
    next: 'Try again in a minute. Nothing was proposed.',
  },
  'sole-judge': {
    what: 'The evidence rests on your reviews alone, so you cannot be the only approver.',
    next: 'Another approver must decide, or review some of the senders.',
  },
  'ticket-needed': { what: 'This change needs a change ticket.', next: 'Propose it with the ticket number.' },
  'ticket-malformed': {
    what: 'That is not a ticket number of the agreed form.',
    next: 'Correct the number and propose again.',
  },
  'another-open': {
    what: 'A change of this step is open already.',
    next: 'Decide or cancel that one first; say `pending`.',
  },
  'unknown-run': { what: 'There is no such change.', next: 'Say `pending` for the open ones.' },
  'unknown-step': { what: 'There is no such step.', next: 'Say `steps` for the list.' },
  'not-in-version': {
    what: 'This version does not have that step yet.',
    next: 'A named person can attest what its gate needs.',
  },
  'not-requester': { what: 'Only the person who asked can cancel.', next: 'An approver can reject it instead.' },
  'cannot-recheck': {
    what: 'The tenant could not be read again, so nothing was decided.',
    next: 'Try again in a minute.',
  },
  superseded: {
    what: 'Things have changed since this was proposed, so it is void.',
    next: 'A new card with the present figures replaces it; decide on that.',
  },
  'nothing-to-do': { what: 'There is nothing left to change.', next: 'Say `next` for the following step.' },
  blocked: { what: 'This cannot be proposed yet.', next: 'See the reasons on the card.' },
  'not-settled': {
    what: 'Only a change that was carried out can be taken back.',
    next: 'Say `pending` for what is under way.',
  },
  'later-depends': { what: 'Later changes build on this one.', next: 'Take those back first, the newest first.' },
  'undone-already': { what: 'This was taken back already, or that is under way.', next: 'Say `pending`.' },
  'nothing-made': {
    what: 'This change found everything as wanted and changed nothing.',
    next: 'There is nothing to take back.',
  },
  'break-glass-refused': {
    what: 'The quick way back is only for a change that was carried out, to a state with one proven filter.',
    next: 'Use the ordinary way back.',
  },
  'way-back': {
    what: 'This change took another back, so there is nothing to take back.',
    next: 'Propose the step again: it looks at the tenant anew.',
  },
  'moved-since': {
    what: 'The tenant is no longer as this change left it: somebody changed it meanwhile.',
    next: 'Look at what differs and put it right by hand, or propose the step again. Nothing was changed.',
  },
  'not-approved': {
    what: 'The approvals no longer carry this change.',
    next: 'A new card replaces it; decide on that.',
  },
  'bad-window': {
    what: 'That change window has passed already, or closes before it opens.',
    next: 'Give a window that lies ahead.',
  },
  'bad-value': { what: 'That value does not fit.', next: 'See what fits, below.' },
  'proof-missing': {
    what: 'This needs to say where the proof is.',
    next: 'A ticket, a link or a file hash; then click again.',
  },
  'confirmed-already': { what: 'Somebody has confirmed this already.', next: 'There is nothing more to do by hand.' },
  'nothing-to-attest': {
    what: 'There is nothing to attest under that name.',
    next: 'Only what this version does not check takes a statement: say “steps” for the list.',
  },
  'unknown-act': { what: 'There is no such act to confirm.', next: 'See the present card.' },
  'act-too-early': {
    what: 'That must not be done yet: the proof that Microsoft filters these people is not there.',
    next: 'You will be told here when it is.',
  },
  guest: { what: 'Guests cannot do this.', next: 'Somebody of the organisation must.' },
} as const;

export type Reason = keyof typeof reasons;

/** A yes, or a no with its reason; `more` adds the particulars ("change 41"). */
export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: Reason; readonly more?: string };

export const yes: Verdict = { ok: true };
export const no = (
  reason: Reason,
  more?: string,
): { readonly ok: false; readonly reason: Reason; readonly more?: string } =>
  more === undefined ? { ok: false, reason } : { ok: false, reason, more };
