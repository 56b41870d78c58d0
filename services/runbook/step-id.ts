/** Parts of the runbook, in order. */
export const parts = ['Prepare', 'Set up', 'Pilot', 'Tune', 'Cut over'] as const;
export type Part = (typeof parts)[number];

/** Every step of the runbook in its order, with its part; steps of the same line may come in a later version. */
export const runbook = {
  assumptions: 'Prepare',
  inventory: 'Prepare',
  'priority-accounts': 'Prepare',
  'existing-protection': 'Prepare',
  routing: 'Prepare',
  'bypass-rule': 'Prepare',
  'message-modifying': 'Prepare',
  'pilot-groups': 'Prepare',
  'user-reporting': 'Prepare',
  'phishing-simulations': 'Prepare',
  'security-operations': 'Prepare',
  'user-experience': 'Prepare',
  'sender-authentication': 'Prepare',
  'enhanced-filtering': 'Set up',
  'security-team': 'Set up',
  'safe-attachments': 'Pilot',
  'safe-links': 'Pilot',
  'anti-spam': 'Pilot',
  'anti-phishing': 'Pilot',
  'start-pilot': 'Pilot',
  'spoof-intelligence': 'Tune',
  'mailbox-intelligence': 'Tune',
  'user-impersonation': 'Tune',
  'domain-impersonation': 'Tune',
  overrides: 'Tune',
  submissions: 'Tune',
  waves: 'Tune',
  'bulk-mail': 'Tune',
  'cover-organisation': 'Cut over',
  'bypass-off': 'Cut over',
  'switch-mx': 'Cut over',
  watch: 'Cut over',
  'close-out': 'Cut over',
} as const satisfies Readonly<Record<string, Part>>;

export type StepId = keyof typeof runbook;

/** All step ids, in the order of the runbook. */
export const stepIds = Object.keys(runbook) as readonly StepId[];

/** Whether a text is a step id. */
export const isStepId = (text: string): text is StepId => Object.hasOwn(runbook, text);

/** Gates of the migration (guide, section 1.1). */
export type GateId =
  | 'G0'
  | 'G1'
  | 'G2'
  | 'G3'
  | 'G4'
  | 'G5'
  | 'G6a'
  | 'G6b'
  | 'G6c'
  | 'G6d'
  | 'G7'
  | 'G8'
  | 'G9'
  | 'G10';
