import { z } from 'zod';
import type { ParameterValue } from './cmdlets.ts';

/** One object of an answer, side-car keys (`X@odata.type`, `X@data.type`) removed. */
export type Row = Readonly<Record<string, unknown>>;

/** A success body of InvokeCommand (exchange reference 1.4). */
export const envelope = z.object({
  value: z.array(z.record(z.string(), z.unknown())).default([]),
  '@odata.nextLink': z.string().optional(),
  '@adminapi.warnings': z.array(z.unknown()).nullish(),
  '@adminapi.errors': z.array(z.unknown()).nullish(),
});

const failure = z.object({
  error: z.object({
    code: z.string().nullish(),
    message: z.string().nullish(),
    details: z.array(z.object({ message: z.string().nullish() })).nullish(),
    innererror: z
      .object({ internalexception: z.object({ message: z.string().nullish(), type: z.string().nullish() }).nullish() })
      .nullish(),
  }),
});

/** What an error body says: the exception's type, where named, and a sentence. */
export interface WireError {
  readonly type: string;
  readonly text: string;
}

/**
 * Resolves the sentence of an error body: details, then the inner exception (unless it is an empty shell), then the
 * generic message (exchange reference 1.6). Null when the body cannot be read, as with the NUL bodies of a 403.
 */
export function readError(body: string): WireError | null {
  const parsed = failure.safeParse(parse(body));
  if (!parsed.success) return null;
  const { error } = parsed.data;
  const inner = error.innererror?.internalexception;
  const detail = error.details?.find((d) => d.message)?.message;
  if (detail) {
    const parts = detail.split('|');
    if (parts.length >= 3) return { type: parts[1] ?? '', text: unwrap(parts.slice(2).join('|')) };
    return { type: inner?.type ?? '', text: unwrap(detail) };
  }
  if (inner?.message && !/^Exception of type '[^']*' was thrown\.?$/.test(inner.message))
    return { type: inner.type ?? '', text: inner.message };
  return { type: error.code ?? '', text: error.message ?? '' };
}

/** The text may itself be JSON with a `Message`. */
function unwrap(text: string): string {
  const nested = z.object({ Message: z.string() }).safeParse(parse(text));
  return nested.success ? nested.data.Message : text;
}

/** JSON, or undefined where the text is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Removes the keys that only describe types. */
export const stripSidecars = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !/@(odata|data)\.type$/.test(name)));

/** A parameter as InvokeCommand wants it: list changes become a tagged hash table (exchange reference 1.3). */
export function serialise(value: ParameterValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if ('add' in value || 'remove' in value) {
    return {
      '@odata.type': '#Exchange.GenericHashTable',
      ...(value.add && value.add.length > 0 ? { Add: value.add } : {}),
      ...(value.remove && value.remove.length > 0 ? { Remove: value.remove } : {}),
    };
  }
  return value;
}

/** A flag that may be spelled as text on the wire; null counts as false. */
export const flag = z.preprocess((v) => (typeof v === 'string' ? /^\$?true$/i.test(v) : (v ?? false)), z.boolean());
/** A number that may be spelled as text; null when unset. */
export const numberOrNull = z.preprocess(
  (v) => (typeof v === 'string' ? (v.trim() === '' ? null : Number(v)) : (v ?? null)),
  z.number().nullable(),
);
/** Text; null counts as empty. */
export const text = z.preprocess((v) => (v === null || v === undefined ? '' : String(v)), z.string());
/** A list that may be null, one text, or joined with commas; `smtp:*;1` becomes `*`. */
export const list = z.preprocess((v) => {
  if (v === null || v === undefined || v === '') return [];
  const parts = Array.isArray(v) ? v : typeof v === 'string' ? v.split(',') : [v];
  return parts
    .map((part) =>
      String(part)
        .trim()
        .replace(/^smtp:(.*?)(;\d+)?$/i, '$1'),
    )
    .filter((part) => part !== '');
}, z.array(z.string()));
/** A list of texts in which a comma may belong to an element (display names): never split. */
export const wholeList = z.preprocess(
  (v) => (v === null || v === undefined || v === '' ? [] : Array.isArray(v) ? v.map(String) : [String(v)]),
  z.array(z.string()),
);
