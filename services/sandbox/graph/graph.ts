import type { Occasion } from '../control/faults.ts';
import type { Asked, Reply } from '../http.ts';
import type { RunningTenant } from '../running.ts';
import { answerDirectory } from './directory.ts';
import { answerHunting } from './hunting.ts';
import { graphError } from './odata.ts';
import { answerSecurity } from './security.ts';

const versioned = /^\/(v1\.0|beta)(\/.*)$/;

/** What a Graph request is, as far as faults care. Questions asked by POST are no writes. */
export function graphOccasion(asked: Asked): Occasion {
  const path = asked.url.pathname;
  const isQuestion = path.endsWith('/runHuntingQuery') || path.endsWith('/checkMemberGroups');
  const isWrite = asked.method !== 'GET' && !isQuestion;
  return {
    surface: 'graph',
    name: path,
    isWrite,
    isList: asked.method === 'GET',
    isHunting: path.endsWith('/runHuntingQuery') || path.includes('/analyzedEmails'),
  };
}

/** Answers `/v1.0/…` and `/beta/…`. */
export async function answerGraph(
  asked: Asked,
  desk: { readonly tenant: RunningTenant; readonly hunts: number[]; readonly machineNow: () => number },
): Promise<Reply> {
  const [, version = '', path = ''] = versioned.exec(asked.url.pathname) ?? [];
  if (version === '') return graphError(400, 'BadRequest', 'Invalid version.');
  if (path === '/security/runHuntingQuery' && asked.method === 'POST') return answerHunting(asked, desk);
  if (path.startsWith('/security/') || path.startsWith('/admin/')) desk.tenant.catchUp();
  return (
    answerDirectory(asked, desk.tenant.state, path) ??
    answerSecurity(asked, desk.tenant, version, path) ??
    graphError(400, 'BadRequest', `Resource not found for the segment '${path.split('/')[1] ?? ''}'.`)
  );
}
