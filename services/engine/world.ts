import type { Asker } from '../approvals/may.ts';
import type { RoleGroups, RolesHeld } from '../approvals/roles.ts';
import { rolesFrom } from '../approvals/roles.ts';
import type { Step } from '../runbook/step.ts';
import type { StepId } from '../runbook/step-id.ts';
import { type Settings, settingsTable, standardSettings } from '../settings/settings.ts';
import type { Reads, Store } from '../store/store.ts';
import { mapReading } from '../tenant/reading.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** Structured log of the shell; the fields never hold message content. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
  error(fields: object, text: string): void;
}

/**
 * Everything the shell works with, built once in `bot/app.ts`. Product time (`now`) decides expiry, reminders and
 * observation; machine time (`machineNow`, `sleep`) is for timeouts only.
 */
export interface World {
  readonly tenant: Tenant;
  readonly store: Store;
  readonly steps: readonly Step[];
  readonly now: () => number;
  readonly machineNow: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly roleGroups: RoleGroups;
  readonly log: Log;
  /** How long a write of a crashed worker may still be under way at the service, ms of machine time. */
  readonly writeGraceMs: number;
  /** How long a read-back may lag behind a write (replication), ms of machine time. */
  readonly readBackMs: number;
}

/** A step of this version, or undefined. */
export const stepOf = (world: Pick<World, 'steps'>, id: string): Step | undefined =>
  world.steps.find((s) => s.id === (id as StepId));

/** The settings with what the store holds; a stored value that no longer fits falls back to the standard. */
export async function settingsOf(reads: Pick<Reads, 'settings'>): Promise<Settings> {
  const stored = await reads.settings();
  const merged: { [name: string]: unknown } = { ...standardSettings };
  for (const [name, value] of Object.entries(stored)) {
    if (!Object.hasOwn(settingsTable, name)) continue;
    const entry = settingsTable[name as keyof typeof settingsTable];
    const parsed = entry.schema.safeParse(value);
    if (parsed.success) merged[name] = parsed.data;
  }
  return merged as Settings;
}

/** Reads a person's roles live. A yes is never kept, an error is a no. */
export async function rolesHeld(world: Pick<World, 'tenant' | 'roleGroups'>, person: string): Promise<RolesHeld> {
  const groups = await world.tenant.memberOf(person, Object.values(world.roleGroups));
  return mapReading(groups, (memberships) => rolesFrom(world.roleGroups, memberships));
}

/** The person who asks, with roles as they are at this moment. */
export async function askerOf(world: Pick<World, 'tenant' | 'roleGroups'>, person: string): Promise<Asker> {
  return { id: person, roles: await rolesHeld(world, person), member: person !== '' };
}
