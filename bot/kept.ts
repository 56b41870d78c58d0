/** Values that are dear to make and only looked at: kept for a while, and until something is changed. */
export interface Kept {
  /** The kept value of this name, or a new one. A value that could not be made is not kept. */
  of<T>(name: string, make: () => Promise<T>): Promise<T>;
  clear(): void;
}

/** `freshMs`: how long a value may be shown again where another process changed something, ms of machine time. */
export function createKept(machineNow: () => number, freshMs: number): Kept {
  const values = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();
  return {
    of: <T>(name: string, make: () => Promise<T>): Promise<T> => {
      const before = values.get(name);
      if (before && machineNow() - before.at < freshMs) return before.value as Promise<T>;
      const value = make();
      const entry = { at: machineNow(), value };
      values.set(name, entry);
      value.catch(() => values.get(name) === entry && values.delete(name));
      return value;
    },
    clear: () => values.clear(),
  };
}
