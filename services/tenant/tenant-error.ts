/** Why a call to the tenant did not end as asked. Adapters throw nothing else. */
export type Trouble = 'throttled' | 'denied' | 'refused' | 'conflict' | 'unreachable' | 'uncertain' | 'unintelligible';

/**
 * The one exception of the adapters. `uncertain` means that a write may or may not have been executed (timeout, cut
 * connection, 5xx after sending): the caller reads before it decides. `conflict`: it is already there, or already gone.
 */
export class TenantError extends Error {
  override readonly name = 'TenantError';
  readonly trouble: Trouble;
  readonly retryAfterMs: number | null;

  constructor(
    trouble: Trouble,
    message: string,
    more: { readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.trouble = trouble;
    this.retryAfterMs = more.retryAfterMs ?? null;
  }
}
