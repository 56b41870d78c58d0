import { agrees } from '../runbook/change.ts';
import { settingsTable } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { absent, known } from '../tenant/reading.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { TenantError } from '../tenant/tenant-error.ts';
import { settingsOf } from './world.ts';

/**
 * Settings are resources too, so that weakening one runs through the same plan, approval, apply and undo as a change to
 * the tenant. This wraps the tenant with the one kind that lives in the store.
 */
export function withSettings(tenant: Tenant, store: Store, now: () => number): Tenant {
  return {
    ...tenant,
    read: async (kind, key) => {
      if (kind !== 'setting') return tenant.read(kind, key);
      const settings = (await settingsOf(store)) as Readonly<Record<string, unknown>>;
      return Object.hasOwn(settingsTable, key) ? (known({ value: settings[key] }) as never) : absent;
    },
    write: async (kind, key, before, after) => {
      if (kind !== 'setting') return tenant.write(kind, key, before, after);
      const value = (after as { readonly value?: unknown } | null)?.value;
      // Under the lock of `changeSetting`, so that a bar raised between the look and the write is not lowered unseen.
      const held = await store.holding(`setting:${key}`, async () => {
        const present = { value: ((await settingsOf(store)) as Readonly<Record<string, unknown>>)[key] };
        if (!agrees(before, present) && !agrees(after, present))
          throw new TenantError('refused', `The setting ${key} was changed meanwhile.`);
        await set(key, value);
        return {};
      });
      if (held === null)
        throw new TenantError('throttled', `The setting ${key} is being changed.`, { retryAfterMs: 250 });
    },
  };
  async function set(key: string, value: unknown): Promise<void> {
    await store.transaction(async (unit) => {
      await unit.setSetting(key, value);
      await unit.append({
        at: now(),
        actor: 'cutover',
        event: 'setting',
        subject: `setting:${key}`,
        detail: { name: key, value },
      });
    });
  }
}
