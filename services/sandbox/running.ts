import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { startClock } from './clock.ts';
import { readRole, setRole } from './directory/roles.ts';
import { bindParameters } from './exchange/binding.ts';
import type { Answer } from './exchange/call.ts';
import { runCmdlet } from './exchange/cmdlets.ts';
import { isNo } from './exchange/configuration.ts';
import { driftStep } from './exchange/drift.ts';
import { badRequest } from './exchange/errors.ts';
import type { CmdletFact } from './exchange/facts.ts';
import { cmdletFact } from './exchange/facts.ts';
import { runMailCmdlet } from './exchange/mail-cmdlets.ts';
import { text } from './exchange/objects.ts';
import type { MailStore } from './mail/mailbox.ts';
import type { ExchangeObject, TenantState } from './state.ts';
import type { WriteLogEntry } from './write-log.ts';

const startSchema = z.object({
  kind: z.literal('start'),
  seed: z.number(),
  epochMs: z.number(),
  snapshot: z.unknown().optional(),
});

/** The first line of a state file: what the tenant was built from. */
export type TenantStart = z.infer<typeof startSchema>;

const recordSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('write'),
    at: z.number(),
    machineAt: z.number(),
    cmdlet: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    clientGone: z.boolean(),
    /** Exception type of a refusal; a refused write is not tried again at the replay. */
    refused: z.string().optional(),
  }),
  z.object({
    kind: z.literal('drift'),
    at: z.number(),
    machineAt: z.number(),
    noun: z.string(),
    identity: z.string(),
    set: z.record(z.string(), z.unknown()),
  }),
  z.object({
    kind: z.literal('old-service'),
    at: z.number(),
    machineAt: z.number(),
    exempt: z.array(z.string()),
    unexempt: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('role'),
    at: z.number(),
    machineAt: z.number(),
    aadObjectId: z.string(),
    role: z.string(),
    member: z.boolean(),
  }),
  z.object({
    kind: z.literal('submission'),
    at: z.number(),
    machineAt: z.number(),
    submission: z.record(z.string(), z.unknown()),
  }),
  z.object({ kind: z.literal('clock'), at: z.number(), machineAt: z.number(), advancedMs: z.number() }),
]);

/** One line of the state file: something that happened, and when by both clocks. */
export type TenantRecord = z.infer<typeof recordSchema>;
type Happening = TenantRecord extends infer R ? (R extends TenantRecord ? Omit<R, 'at' | 'machineAt'> : never) : never;

/** The tenant in motion: its state, its clock, its mail, and every way to change it. Each change is written to the state file. */
export interface RunningTenant {
  readonly state: TenantState;
  readonly mail: MailStore;
  now(): number;
  /** Lets the mail of the time until now arrive. Call before every read that depends on mail. */
  catchUp(): void;
  /** Runs a cmdlet with parameters as they came over the wire; a write is logged. */
  invoke(fact: CmdletFact, parameters: Readonly<Record<string, unknown>>, clientGone: boolean): Answer;
  /** Makes an object unreadable until the machine clock has passed a time (replication). */
  hide(object: ExchangeObject, untilMachineMs: number): void;
  /** Records and does something that is no cmdlet. */
  happen(happening: Exclude<Happening, { kind: 'write' }>): void;
  /** Chooses a property of an object and changes it behind the client's back; false when there is nothing to change. */
  drift(noun: string, identity: string | undefined, set: Record<string, unknown> | undefined): boolean;
  writes(): readonly WriteLogEntry[];
  stop(): void;
}

/** What {@link runTenant} needs. */
export interface RunOptions {
  readonly state: TenantState;
  readonly mail: MailStore;
  readonly epochMs: number;
  readonly machineNow: () => number;
  readonly stateFile?: string | undefined;
}

function readRecords(file: string | undefined): TenantRecord[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return lines.flatMap((line, index) => {
    try {
      return index === 0 ? [] : [recordSchema.parse(JSON.parse(line))];
    } catch (cause) {
      // A kill can tear the last line; anything earlier is damage.
      if (index === lines.length - 1) return [];
      throw new Error(`${file}, line ${index + 1}: not a record of the sandbox`, { cause });
    }
  });
}

/**
 * What the tenant of a state file was built from; writes it down at the first start. A restart gets the seed, the epoch and
 * the snapshot of the first one, whatever it is told. Throws when the file is something else.
 */
export function openStateFile(file: string | undefined, start: TenantStart): TenantStart {
  if (file === undefined) return start;
  if (!existsSync(file)) {
    appendFileSync(file, `${JSON.stringify(start)}\n`);
    return start;
  }
  const [first = ''] = readFileSync(file, 'utf8').split('\n', 1);
  try {
    return startSchema.parse(JSON.parse(first));
  } catch (cause) {
    throw new Error(`${file} is not a state file of the sandbox`, { cause });
  }
}

/** Starts a tenant: replays its state file on the given state, then runs on from there. */
export function runTenant(options: RunOptions): RunningTenant {
  const { state, mail, machineNow, stateFile } = options;
  const records = readRecords(stateFile);
  const writes: WriteLogEntry[] = [];
  const hiddenUntil = new Map<string, number>();
  const isVisible = (object: ExchangeObject): boolean => (hiddenUntil.get(text(object, 'Guid')) ?? 0) <= machineNow();

  const log = (
    record: TenantRecord,
    cmdlet: string,
    parameters: Record<string, unknown>,
    changed: boolean,
    outcome: string,
    by: WriteLogEntry['by'],
  ): void => {
    const clientGone = record.kind === 'write' && record.clientGone;
    writes.push({
      n: writes.length + 1,
      at: record.at,
      machineAt: record.machineAt,
      cmdlet,
      parameters,
      changed,
      outcome,
      clientGone,
      by,
    });
  };

  const run = (
    fact: CmdletFact,
    parameters: Readonly<Record<string, unknown>>,
    nowMs: number,
    visible: (object: ExchangeObject) => boolean,
  ): Answer => {
    const bound = bindParameters(fact, parameters);
    if (isNo(bound)) return bound;
    const call = { state, fact, bound, nowMs, label: `write-${writes.length + 1}`, isVisible: visible };
    return (
      runMailCmdlet(call, mail) ??
      runCmdlet(call) ??
      badRequest('System.NotSupportedException', `The sandbox has no ${fact.name}.`)
    );
  };

  const perform = (record: TenantRecord, visible: (object: ExchangeObject) => boolean): Answer | undefined => {
    mail.catchUp(state, record.at);
    if (record.kind === 'write') {
      const fact = cmdletFact(record.cmdlet);
      if (fact === undefined) return undefined;
      if (record.refused !== undefined) {
        log(record, record.cmdlet, record.parameters, false, record.refused, 'client');
        return undefined;
      }
      const answer = run(fact, record.parameters, record.at, visible);
      log(
        record,
        record.cmdlet,
        record.parameters,
        !answer.refused && answer.changed,
        answer.refused ? answer.type : 'ok',
        'client',
      );
      return answer;
    }
    if (record.kind === 'drift') {
      const changed = driftStep(state, record.noun, record.identity, record.set, record.at);
      log(record, `drift ${record.noun}`, { Identity: record.identity, ...record.set }, changed, 'ok', 'drift');
    } else if (record.kind === 'old-service') {
      const before = state.oldService.exempt.size;
      for (const address of record.exempt) state.oldService.exempt.add(address.toLowerCase());
      const added = state.oldService.exempt.size - before;
      const removed = record.unexempt.filter((address) => state.oldService.exempt.delete(address.toLowerCase())).length;
      log(
        record,
        'old-service',
        { exempt: record.exempt, unexempt: record.unexempt },
        added + removed > 0,
        'ok',
        'person',
      );
    } else if (record.kind === 'role') {
      const role = readRole(record.role);
      const changed = role !== undefined && setRole(state, record.aadObjectId, role, record.member);
      log(
        record,
        'role',
        { aadObjectId: record.aadObjectId, role: record.role, member: record.member },
        changed,
        'ok',
        'person',
      );
    } else if (record.kind === 'submission') {
      state.adminSubmissions.push(record.submission);
      log(record, 'POST /beta/security/threatSubmission/emailThreats', record.submission, true, 'ok', 'client');
    }
    return undefined;
  };

  for (const record of records) perform(record, () => true);
  const last = records.at(-1)?.at ?? options.epochMs;
  const clock = startClock(
    Math.max(last, options.epochMs),
    machineNow,
    stateFile === undefined ? undefined : `${stateFile}.clock`,
  );
  const keep = (record: TenantRecord): void => {
    if (stateFile !== undefined) appendFileSync(stateFile, `${JSON.stringify(record)}\n`);
  };
  const stamp = (): { at: number; machineAt: number } => ({ at: Math.floor(clock.now()), machineAt: machineNow() });

  return {
    state,
    mail,
    now: () => Math.floor(clock.now()),
    catchUp: () => mail.catchUp(state, Math.floor(clock.now())),
    invoke(fact, parameters, clientGone) {
      if (fact.verb === 'Get' || fact.verb === 'Preview') {
        mail.catchUp(state, Math.floor(clock.now()));
        return run(fact, parameters, Math.floor(clock.now()), isVisible);
      }
      const record: TenantRecord = {
        kind: 'write',
        ...stamp(),
        cmdlet: fact.name,
        parameters: { ...parameters },
        clientGone,
      };
      const answer = perform(record, isVisible);
      // A refusal is kept as well: it took a number, and later objects' GUIDs depend on the numbers.
      keep(answer?.refused === true ? { ...record, refused: answer.type } : record);
      return answer ?? badRequest('System.NotSupportedException', `The sandbox has no ${fact.name}.`);
    },
    hide: (object, untilMachineMs) => hiddenUntil.set(text(object, 'Guid'), untilMachineMs),
    happen(happening) {
      if (happening.kind === 'clock') clock.move(happening.advancedMs);
      const record: TenantRecord = { ...happening, ...stamp() };
      perform(record, isVisible);
      keep(record);
    },
    drift(noun, identity, set) {
      const objects = state.exchange[noun] ?? [];
      const target =
        identity === undefined
          ? (objects.find((object) => object['IsDefault'] !== true) ?? objects[0])
          : objects.find((object) => text(object, 'Identity') === identity);
      if (target === undefined) return false;
      const record: TenantRecord = {
        kind: 'drift',
        ...stamp(),
        noun,
        identity: text(target, 'Identity'),
        set: set ?? {},
      };
      perform(record, isVisible);
      keep(record);
      return true;
    },
    writes: () => writes,
    stop: () => clock.stop(),
  };
}
