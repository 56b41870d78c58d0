import { plural } from './look.ts';
import type { Answer } from './plan.ts';
import type { Attestation, Milestone } from './step.ts';
import type { GateId, StepId } from './step-id.ts';

/** A gate of the migration: what must be true before going on, who says so, and the steps that make it true. */
export interface Gate {
  readonly id: GateId;
  readonly name: string;
  /** The bar, in the guide's words. */
  readonly passesWhen: string;
  /** Who answers for it, as the guide names them. */
  readonly owner: string;
  /** Steps that must be done for it, in the order of the runbook. Every step belongs to one gate. */
  readonly steps: readonly StepId[];
  /** Gates that must hold too. */
  readonly after: readonly GateId[];
}

/**
 * All gates in order (guide, section 1.1; steps by the gate column of sections 1.2 to 1.16). What the guide files under
 * G6 as a whole (overrides, submissions, waves) is asked for at G7, before everybody is covered.
 */
export const gates: readonly Gate[] = [
  {
    id: 'G0',
    name: 'Start',
    passesWhen: 'the assumptions of the migration are attested',
    owner: 'the migration lead',
    steps: ['assumptions'],
    after: [],
  },
  {
    id: 'G1',
    name: 'Inventory',
    passesWhen: 'the old service, routing and existing overrides are recorded',
    owner: 'the migration lead',
    steps: ['inventory', 'existing-protection', 'routing'],
    after: [],
  },
  {
    id: 'G2',
    name: 'Safe bypass',
    passesWhen: 'exactly one agreed bypass rule, correctly conditioned; message-modifying features moved',
    owner: 'the mail administrator and the security lead',
    steps: ['bypass-rule', 'message-modifying'],
    after: [],
  },
  {
    id: 'G3',
    name: 'True source visible',
    passesWhen: 'Enhanced Filtering is on and headers prove it on 95 % of sampled inbound mail for 3 days',
    owner: 'the security lead',
    steps: ['enhanced-filtering'],
    after: [],
  },
  {
    id: 'G4',
    name: 'People ready',
    passesWhen: 'reporting, security mailbox, roles, alerts, help desk and simulations are in place',
    owner: 'the security lead',
    steps: ['priority-accounts', 'user-reporting', 'phishing-simulations', 'security-operations', 'security-team'],
    after: [],
  },
  {
    id: 'G5',
    name: 'Pilot live',
    passesWhen: 'pilot groups are excepted, pilot policies verified, everyone has the intended policy',
    owner: 'the security lead',
    steps: [
      'pilot-groups',
      'user-experience',
      'safe-attachments',
      'safe-links',
      'anti-spam',
      'anti-phishing',
      'start-pilot',
    ],
    after: [],
  },
  {
    id: 'G6a',
    name: 'Spoof tuned',
    passesWhen: 'spoof detections are reviewed',
    owner: 'the security lead',
    steps: ['spoof-intelligence'],
    after: [],
  },
  {
    id: 'G6b',
    name: 'Mailbox intelligence tuned',
    passesWhen: 'it acts, on evidence of its own',
    owner: 'the security lead',
    steps: ['mailbox-intelligence'],
    after: [],
  },
  {
    id: 'G6c',
    name: 'User impersonation tuned',
    passesWhen: 'it acts, on evidence of its own',
    owner: 'the security lead',
    steps: ['user-impersonation'],
    after: [],
  },
  {
    id: 'G6d',
    name: 'Domain impersonation tuned',
    passesWhen: 'it acts, on evidence of its own',
    owner: 'the security lead',
    steps: ['domain-impersonation'],
    after: [],
  },
  {
    id: 'G7',
    name: 'Whole organisation covered',
    passesWhen: 'every recipient falls under Standard or Strict, by primary domain',
    owner: 'the security lead; management informed',
    steps: ['overrides', 'submissions', 'waves', 'bulk-mail', 'cover-organisation'],
    after: [],
  },
  {
    id: 'G8',
    name: 'Bypass off',
    passesWhen: 'the bypass rule is off, verified on headers for 24 hours',
    owner: 'the security lead',
    steps: ['bypass-off'],
    after: [],
  },
  {
    id: 'G9',
    name: 'MX',
    passesWhen: 'the preflight is green for the domain',
    owner: 'two change approvers',
    steps: ['sender-authentication', 'switch-mx'],
    after: ['G5', 'G6a', 'G6b', 'G6c', 'G6d', 'G7', 'G8'],
  },
  {
    id: 'G10',
    name: 'Close',
    passesWhen: 'all domains moved, TTL restored, direct delivery locked down, report accepted',
    owner: 'management',
    steps: ['watch', 'close-out'],
    after: ['G9'],
  },
];

/** What gates are judged by. `now` in ms. */
export interface GateInput {
  readonly answers: ReadonlyMap<StepId, Answer>;
  readonly milestones: readonly Milestone[];
  readonly attestations: readonly Attestation[];
  readonly now: number;
}

/** Whether a gate holds. `not checked` is neither yes nor no: nobody and nothing has looked. */
export type GateState = 'holds' | 'not yet' | 'not checked';

/** A gate as it stands. */
export interface GateStanding {
  readonly gate: Gate;
  readonly is: GateState;
  /** Why, in words; names who attested. */
  readonly why: string;
  /** What would change it; empty where it holds. */
  readonly change: string;
}

interface Part {
  readonly is: GateState;
  readonly why: string;
  readonly change: string;
}

const hourMs = 3_600_000;
/** The bypass must be off this long, on headers (guide 1.1, G8). */
const bypassOffHours = 24;

/** All gates as they stand, in order. */
export function gatesOf(input: GateInput): readonly GateStanding[] {
  const judged: GateStanding[] = [];
  for (const gate of gates) judged.push(judge(gate, input, judged));
  return judged;
}

function judge(gate: Gate, input: GateInput, earlier: readonly GateStanding[]): GateStanding {
  const waits = earlier.filter((e) => gate.after.includes(e.gate.id) && e.is !== 'holds');
  const parts: readonly Part[] = [
    ...gate.steps.map((step) => partOf(step, input)),
    ...waits.map((w) => ({
      is: w.is,
      why: `${w.gate.id} ${w.is === 'not yet' ? 'does not hold yet' : 'is not checked'}`,
      change: `pass ${w.gate.id}`,
    })),
  ];
  // A known no weighs more than an open question, and both more than any number of yeses.
  const is: GateState = parts.some((p) => p.is === 'not yet')
    ? 'not yet'
    : parts.some((p) => p.is === 'not checked')
      ? 'not checked'
      : 'holds';
  const speaking = is === 'holds' ? parts : parts.filter((p) => p.is !== 'holds');
  return {
    gate,
    is,
    why: speaking.map((p) => p.why).join('; '),
    change: [...new Set(speaking.map((p) => p.change))].filter(Boolean).join('; '),
  };
}

function partOf(step: StepId, input: GateInput): Part {
  const answer = input.answers.get(step);
  if (answer === undefined) return withoutAnswer(step, input);
  if (answer.is === 'proposal')
    return { is: 'not yet', why: `${step}: ${answer.proposal.title}`, change: `propose ${step}` };
  if (answer.is === 'blocked') {
    const first = answer.blockers.find((b) => !b.id.startsWith('unknown'));
    const unread = answer.blockers[0];
    if (first) return { is: 'not yet', why: `${step}: ${first.what}`, change: first.next };
    return {
      is: 'not checked',
      why: `${step}: ${unread?.what ?? 'it could not be read'}`,
      change: unread?.next ?? `ask ${step} again`,
    };
  }
  return step === 'bypass-off' ? bypassStanding(input) : { is: 'holds', why: `${step} is done`, change: '' };
}

/** A step of a later version: a named person's valid statement, or nobody knows. */
function withoutAnswer(step: StepId, input: GateInput): Part {
  const stated = input.attestations.findLast((a) => a.about === step);
  if (stated !== undefined && stated.expiresAt > input.now)
    return { is: 'holds', why: `${step}: attested by ${stated.by.name}`, change: '' };
  return {
    is: 'not checked',
    why: stated === undefined ? `${step} is not checked` : `${step}: the statement of ${stated.by.name} has expired`,
    change: `${stated === undefined ? 'attest' : 'attest again'} ${step}, with proof`,
  };
}

/** Off is not enough: it must have been off for a day. */
function bypassStanding(input: GateInput): Part {
  const off = input.milestones.findLast((m) => m.step === 'bypass-off' && !m.undone);
  if (off === undefined) {
    const stated = withoutAnswer('bypass-off', input);
    return stated.is === 'holds' ? stated : { ...stated, why: 'the bypass is off, but since when is not recorded' };
  }
  const hours = Math.floor((input.now - off.settledAt) / hourMs);
  return hours >= bypassOffHours
    ? { is: 'holds', why: `the bypass has been off for ${plural(hours, 'hour')}`, change: '' }
    : {
        is: 'not yet',
        why: `the bypass has been off for ${hours} of ${bypassOffHours} hours`,
        change: `wait ${plural(bypassOffHours - hours, 'hour')}`,
      };
}
