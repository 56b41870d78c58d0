import { settingsTable } from '../settings/settings.ts';
import type { Store } from '../store/store.ts';
import { absent, known } from '../tenant/reading.ts';
import type { Tenant } from '../tenant/tenant.ts';
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
    },
  };
}
