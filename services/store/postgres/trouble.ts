/** A reason for which the store cannot open, in one line for the person who started the program. */
export class StoreTrouble extends Error {
  override readonly name = 'StoreTrouble';
}

/** The error code of a system call or of PostgreSQL, where there is one. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** The words of an error. */
export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
