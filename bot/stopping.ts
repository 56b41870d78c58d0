import type { EventEmitter } from 'node:events';
import closeWithGrace from 'close-with-grace';

/** One thing that was started, and how it is stopped. */
interface Stop {
  readonly what: string;
  readonly stop: () => Promise<unknown>;
}

/** What a process has started, so that it can stop it again. */
export interface Started {
  add(what: string, stop: () => Promise<unknown>): void;
  /** Stops everything, the last started first. What cannot be stopped is said, and does not keep the rest from stopping. */
  stopAll(): Promise<void>;
  /** Whether that has begun: a start that fails now fails because of it. */
  stopping(): boolean;
}

/**
 * Stops all when the process is asked to end (Ctrl-C, SIGTERM, SIGHUP) or an error reaches the top, within `withinMs`.
 * One Ctrl-C reaches the process several times: the terminal signals the whole group, and npm and tsx pass it on again.
 * So a further signal does not cut the stopping short.
 */
export function stopInOrder(parts: {
  /** The process. */
  readonly signals: Pick<EventEmitter, 'on'>;
  readonly withinMs: number;
  readonly say: (line: string) => void;
}): Started {
  const { signals, withinMs, say } = parts;
  const stops: Stop[] = [];
  let under: Promise<void> | null = null;
  const end = ({ what, stop }: Stop): Promise<unknown> =>
    stop().catch((trouble: unknown) =>
      say(`${what} could not be stopped: ${trouble instanceof Error ? trouble.message : String(trouble)}`),
    );
  async function endAll(): Promise<void> {
    for (let last = stops.pop(); last !== undefined; last = stops.pop()) await end(last);
  }
  const stopAll = (): Promise<void> => {
    under ??= endAll();
    return under;
  };
  const ours = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onTimeout = (): void => say(`Not everything stopped within ${withinMs / 1_000} s.`);
  const grace = closeWithGrace({ delay: withinMs, logger: false, skip: [...ours], onTimeout }, async ({ err }) => {
    if (err) say(err.stack ?? err.message);
    await stopAll();
  });
  let asked = false;
  for (const signal of ours)
    signals.on(signal, () => {
      if (asked) return;
      asked = true;
      grace.close();
    });
  return { add: (what, stop) => void stops.push({ what, stop }), stopAll, stopping: () => under !== null };
}
