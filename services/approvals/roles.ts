import type { Reading } from '../tenant/reading.ts';

/** Roles, weakest first. Each is an Entra group object id, set in the environment only. */
export const roles = ['viewer', 'help-desk', 'operator', 'approver', 'change-approver'] as const;
export type Role = (typeof roles)[number];

/** Role → object id of the group that grants it. */
export type RoleGroups = Readonly<Record<Role, string>>;

/** What was read of a person's roles at this moment. */
export type RolesHeld = Reading<ReadonlySet<Role>>;

/** Turns group memberships into roles. */
export function rolesFrom(groups: RoleGroups, memberships: ReadonlySet<string>): ReadonlySet<Role> {
  return new Set(roles.filter((role) => memberships.has(groups[role])));
}
