/** One execution that may change the tenant, as `GET /sandbox/writes` shows it. */
export interface WriteLogEntry {
  /** 1, 2, 3 … in the order of execution. */
  readonly n: number;
  /** Sandbox clock, milliseconds. */
  readonly at: number;
  /** Machine clock, milliseconds. */
  readonly machineAt: number;
  /** Cmdlet name, or method and path of a Graph write. */
  readonly cmdlet: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whether the tenant is different afterwards. */
  readonly changed: boolean;
  /** `ok`, or the exception's type of a refusal. */
  readonly outcome: string;
  /** The client's connection had died before the answer could be sent. */
  readonly clientGone: boolean;
  /** Who did it: the protocol's client, the `drift` fault, or a person at the old service's console. */
  readonly by: 'client' | 'drift' | 'person';
}
