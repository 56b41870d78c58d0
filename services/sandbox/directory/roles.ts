import type { TenantState } from '../state.ts';

/** The roles of the product's people (DESIGN 5). */
export const roles = ['viewer', 'help-desk', 'operator', 'approver', 'change-approver'] as const;
/** One of {@link roles}. */
export type Role = (typeof roles)[number];

/** Object ids of the security groups behind each role, the same in every sandbox so that they can stand in an environment. */
export const roleGroups: Readonly<Record<Role, string>> = {
  viewer: '5a0d0000-0000-4000-8000-000000000001',
  'help-desk': '5a0d0000-0000-4000-8000-000000000002',
  operator: '5a0d0000-0000-4000-8000-000000000003',
  approver: '5a0d0000-0000-4000-8000-000000000004',
  'change-approver': '5a0d0000-0000-4000-8000-000000000005',
};

/** Reads a role's name, or undefined. */
export function readRole(value: unknown): Role | undefined {
  return roles.find((role) => role === value);
}

/** Puts a person into a role's group or takes the person out. Returns false when nothing changed. */
export function setRole(state: TenantState, userId: string, role: Role, member: boolean): boolean {
  const id = roleGroups[role];
  const group = state.groups.find((candidate) => candidate.id === id);
  if (group === undefined || group.members.includes(userId) === member) return false;
  const members = member ? [...group.members, userId] : group.members.filter((other) => other !== userId);
  state.groups = state.groups.map((candidate) => (candidate === group ? { ...group, members } : candidate));
  return true;
}

/** The roles a person holds now, in the order of {@link roles}. */
export function rolesOf(state: TenantState, userId: string): Role[] {
  return roles.filter((role) =>
    state.groups.some((group) => group.id === roleGroups[role] && group.members.includes(userId)),
  );
}
