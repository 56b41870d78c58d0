import { z } from 'zod';
import { durationMs } from '../clock.ts';
import { rolesOf } from '../directory/roles.ts';
import { type Asked, parseObject, type Reply } from '../http.ts';
import type { RunningTenant } from '../running.ts';
import { type FaultQueue, faultsSchema } from './faults.ts';

/** A person as `GET /sandbox/people` lists them. */
export interface Person {
  readonly aadObjectId: string;
  readonly name: string;
  readonly upn: string;
  readonly roles: readonly string[];
  readonly department: string;
  readonly priority: boolean;
}

/** The tenant's own people (members with a mailbox of their own). */
export function listPeople(tenant: RunningTenant): Person[] {
  return tenant.state.users
    .filter((user) => user.userType === 'Member' && user.mailboxKind === 'user')
    .map((user) => ({
      aadObjectId: user.id,
      name: user.displayName,
      upn: user.userPrincipalName,
      roles: rolesOf(tenant.state, user.id),
      department: user.department,
      priority: user.priority,
    }));
}

const clockSchema = z.object({ advance: z.string() });
const oldServiceSchema = z.object({
  exempt: z.array(z.string()).default([]),
  unexempt: z.array(z.string()).default([]),
});
const roleSchema = z.object({
  aadObjectId: z.string(),
  role: z.enum(['viewer', 'help-desk', 'operator', 'approver', 'change-approver']),
  member: z.boolean(),
});
const actingSchema = z.object({ name: z.string() });

/** What the control endpoints reach. */
export interface ControlDesk {
  readonly tenant: RunningTenant;
  readonly faults: FaultQueue;
  /** Moves the clock and resolves when everything due by then has run; milliseconds. */
  advance(byMs: number): Promise<number>;
  /** Sets who types and clicks in the local client; undefined while no relay is attached. */
  acting(): ((name: string) => Promise<string> | string) | undefined;
}

const clockReply = (nowMs: number): Reply => ({ status: 200, body: { now: new Date(nowMs).toISOString(), nowMs } });
const refuse = (message: string): Reply => ({ status: 400, body: { error: { code: 'BadRequest', message } } });

async function post(path: string, asked: Asked, desk: ControlDesk): Promise<Reply | undefined> {
  const body = parseObject(asked.body);
  if (body === undefined) return refuse('The body must be a JSON object.');
  if (path === '/sandbox/clock') {
    const parsed = clockSchema.safeParse(body);
    const byMs = parsed.success ? durationMs(parsed.data.advance) : undefined;
    return byMs === undefined
      ? refuse('Expected {"advance":"P7D"}: an ISO 8601 duration in weeks, days, hours, minutes, seconds.')
      : clockReply(await desk.advance(byMs));
  }
  if (path === '/sandbox/faults') {
    const parsed = faultsSchema.safeParse(body);
    if (!parsed.success) return refuse(z.prettifyError(parsed.error));
    if (parsed.data.next.length === 0) desk.faults.clear();
    return { status: 200, body: { waiting: desk.faults.add(parsed.data.next) } };
  }
  if (path === '/sandbox/old-service') {
    const parsed = oldServiceSchema.safeParse(body);
    if (!parsed.success) return refuse(z.prettifyError(parsed.error));
    desk.tenant.happen({ kind: 'old-service', ...parsed.data });
    return { status: 200, body: { exempt: [...desk.tenant.state.oldService.exempt].sort() } };
  }
  if (path === '/sandbox/role') {
    const parsed = roleSchema.safeParse(body);
    if (!parsed.success) return refuse(z.prettifyError(parsed.error));
    desk.tenant.happen({ kind: 'role', ...parsed.data });
    return {
      status: 200,
      body: { aadObjectId: parsed.data.aadObjectId, roles: rolesOf(desk.tenant.state, parsed.data.aadObjectId) },
    };
  }
  if (path === '/sandbox/acting') {
    const parsed = actingSchema.safeParse(body);
    const act = desk.acting();
    if (!parsed.success) return refuse('Expected {"name":"…"}.');
    return act === undefined
      ? { status: 409, body: { error: { code: 'Conflict', message: 'No relay is attached.' } } }
      : { status: 200, body: { acting: await act(parsed.data.name) } };
  }
  return undefined;
}

/** Answers `/sandbox/…` (DESIGN 11). */
export async function answerControl(asked: Asked, desk: ControlDesk): Promise<Reply> {
  const path = asked.url.pathname;
  if (asked.method === 'POST')
    return (await post(path, asked, desk)) ?? { status: 404, body: { error: { code: 'NotFound', message: path } } };
  if (path === '/sandbox/people') return { status: 200, body: listPeople(desk.tenant) };
  if (path === '/sandbox/clock') return clockReply(desk.tenant.now());
  if (path === '/sandbox/faults') return { status: 200, body: { waiting: desk.faults.pending() } };
  if (path === '/sandbox/writes') return { status: 200, body: desk.tenant.writes() };
  if (path === '/sandbox/old-service')
    return { status: 200, body: { exempt: [...desk.tenant.state.oldService.exempt].sort() } };
  return { status: 404, body: { error: { code: 'NotFound', message: path } } };
}
