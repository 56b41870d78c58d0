/** Where the store says what an operator should know. Structurally a pino logger. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Says nothing. */
export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
