import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultQueue, Waiting } from './control/faults.ts';
import { bindParameters, boundText } from './exchange/binding.ts';
import { isNo } from './exchange/configuration.ts';
import {
  confirmation,
  type Invocation,
  invokePath,
  madeObjects,
  malformed,
  notPermitted,
  readInvocation,
  shape,
} from './exchange/invoke.ts';
import { answerGraph, graphOccasion } from './graph/graph.ts';
import { graphError } from './graph/odata.ts';
import { type Asked, header, type Reply, send } from './http.ts';
import type { RunningTenant } from './running.ts';

/** A write that is to be completed although its client is gone. */
export interface LateWrite {
  /** Completes it at once. */
  now(): void;
}

/** What the service's face needs. */
export interface ServiceDesk {
  readonly tenant: RunningTenant;
  readonly faults: FaultQueue;
  /** Seeded chance, in [0, 1). */
  readonly chance: () => number;
  readonly machineNow: () => number;
  readonly replicationDelayMs: number;
  /** A write whose client died is completed at most this much later, milliseconds. */
  readonly lateWithinMs: number;
  readonly late: Set<LateWrite>;
  /** Machine times of the last minute's hunting calls, for the limit of 45. */
  readonly hunts: number[];
}

/** Time a write takes at the service, so that a client can die in the middle of it. */
const writeTakesMs = 12;
const replicationFaultMs = 3_000;

function completeLate(desk: ServiceDesk, run: () => void): void {
  const write: LateWrite = {
    now() {
      clearTimeout(timer);
      if (desk.late.delete(write)) run();
    },
  };
  const timer = setTimeout(() => write.now(), Math.floor(desk.chance() * desk.lateWithinMs));
  desk.late.add(write);
}

const throttled = (fault: Waiting): Record<string, string> => ({ 'retry-after': String(fault.retryAfter ?? 1) });

function breakOff(response: ServerResponse, fault: Waiting): void {
  if (fault.fault === 'reset') response.socket?.resetAndDestroy();
  // A timeout keeps the connection open and silent until the client gives up.
}

/** Does the write of a request whose answer will not arrive: at once or late, or never when the fault says so. */
function executeUnanswered(desk: ServiceDesk, fault: Waiting, run: (gone: boolean) => unknown): void {
  if (fault.executes === false) return;
  completeLate(desk, () => run(true));
}

async function answerExchange(asked: Asked, response: ServerResponse, desk: ServiceDesk): Promise<void> {
  const version = invokePath.exec(asked.url.pathname)?.[1];
  if (version?.toLowerCase() !== 'beta' || asked.method !== 'POST') return send(response, { status: 405 });
  const invocation = readInvocation(asked);
  if (invocation === undefined) return send(response, malformed);
  const isWrite = invocation.fact?.verb !== 'Get';
  const fault = desk.faults.take({
    surface: 'exchange',
    name: invocation.cmdlet,
    isWrite,
    isList: !isWrite,
    isHunting: false,
  });
  if (fault?.fault === 'throttle')
    return send(response, {
      status: 429,
      headers: throttled(fault),
      body: { error: { code: 'TooManyRequests', message: 'Too many requests.' } },
    });
  if (fault?.fault === 'denied' || invocation.fact === undefined) return send(response, notPermitted);
  const asking = confirmation(invocation);
  if (asking !== undefined) return send(response, asking);
  const { fact } = invocation;
  const run = (gone: boolean): Reply => {
    const answer = desk.tenant.invoke(fact, invocation.parameters, gone);
    const delayMs =
      fault?.fault === 'slow-replication' ? (fault.delayMs ?? replicationFaultMs) : desk.replicationDelayMs;
    if (fact.verb === 'New' && delayMs > 0)
      for (const object of madeObjects(answer, desk.tenant, fact.noun))
        desk.tenant.hide(object, desk.machineNow() + delayMs);
    return shape(asked, invocation, answer, {
      partialPage: fault?.fault === 'partial-page',
      machineNow: desk.machineNow(),
    });
  };
  if (fault?.fault === 'timeout' || fault?.fault === 'reset') {
    breakOff(response, fault);
    if (isWrite) executeUnanswered(desk, fault, run);
    return;
  }
  if (isWrite) {
    await delay(writeTakesMs);
    if (fault?.fault === 'torn' && fault.executes === false)
      return send(response, { status: 200, body: { value: [], '@adminapi.warnings': [] } }, true);
    // A client that was killed closes its end (readableEnded); the server's own end stays open until it has answered.
    const { socket } = response;
    if (response.destroyed || socket === null || socket.destroyed || socket.readableEnded)
      return completeLate(desk, () => run(true));
  }
  const reply = run(false);
  send(response, reply, fault?.fault === 'torn');
  if (fault?.fault === 'drift') driftAfter(desk.tenant, invocation, fault);
}

function driftAfter(tenant: RunningTenant, invocation: Invocation, fault: Waiting): void {
  if (invocation.fact === undefined) return;
  const bound = bindParameters(invocation.fact, invocation.parameters);
  const asked = isNo(bound) ? undefined : boundText(bound, 'Identity');
  const noun = invocation.fact.noun === 'DistributionGroupMember' ? 'DistributionGroup' : invocation.fact.noun;
  const touched = [...tenant.writes()].reverse().find((write) => write.cmdlet.endsWith(`-${noun}`))?.parameters;
  const last = touched?.['Identity'] ?? touched?.['Name'];
  const identity = fault.identity ?? asked ?? (typeof last === 'string' ? last : undefined);
  if (!tenant.drift(noun, identity, fault.set)) tenant.drift(noun, undefined, fault.set);
}

async function answerGraphRequest(asked: Asked, response: ServerResponse, desk: ServiceDesk): Promise<void> {
  const occasion = graphOccasion(asked);
  const fault = desk.faults.take(occasion);
  if (fault?.fault === 'throttle')
    return send(response, graphError(429, 'TooManyRequests', 'Too many requests.', throttled(fault)));
  if (fault?.fault === 'denied')
    return send(
      response,
      graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.'),
    );
  if (fault?.fault === 'not-licensed')
    return send(
      response,
      graphError(403, 'Forbidden', 'The tenant does not have a license for Microsoft Defender for Office 365 Plan 2.'),
    );
  const run = (): Promise<Reply> => answerGraph(asked, desk);
  if (fault?.fault === 'timeout' || fault?.fault === 'reset') {
    breakOff(response, fault);
    if (occasion.isWrite) executeUnanswered(desk, fault, () => void run());
    return;
  }
  send(response, fault?.fault === 'partial-page' ? halved(await run()) : await run(), fault?.fault === 'torn');
}

/** Half of a collection, with a link to a next page that will not be there. */
function halved(reply: Reply): Reply {
  const body = new Map(Object.entries(typeof reply.body === 'object' && reply.body !== null ? reply.body : {}));
  const value = body.get('value');
  if (!Array.isArray(value)) return reply;
  const context = String(body.get('@odata.context') ?? '');
  const path = context.slice(context.indexOf('#') + 1);
  body.set('value', value.slice(0, Math.floor(value.length / 2)));
  body.set('@odata.nextLink', `https://graph.microsoft.com/v1.0/${path}?$skiptoken=expired`);
  return { ...reply, body: Object.fromEntries(body) };
}

/** Answers Exchange and Graph. Every request needs a bearer token of the sandbox's own kind. */
export async function answerService(asked: Asked, response: ServerResponse, desk: ServiceDesk): Promise<void> {
  const isExchange = asked.url.pathname.toLowerCase().startsWith('/adminapi/');
  if (!/^Bearer sandbox\.\S+$/i.test(header(asked, 'authorization'))) {
    const challenge = { 'www-authenticate': 'Bearer realm="", error="invalid_token"' };
    return send(
      response,
      isExchange
        ? { status: 401, headers: challenge }
        : graphError(401, 'InvalidAuthenticationToken', 'Access token is empty.', challenge),
    );
  }
  if (isExchange) {
    if (!invokePath.test(asked.url.pathname))
      return send(response, { status: 404, body: { error: { code: 'NotFound', message: 'Resource not found.' } } });
    return answerExchange(asked, response, desk);
  }
  return answerGraphRequest(asked, response, desk);
}
