import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the bot counts. Labels come from closed sets only, so that a stranger cannot make the registry grow. */
export interface Metrics {
  /** A decision (approve, reject, cancel, …) that was refused, by reason. */
  decisionRefused(reason: string): void;
  /** A token that was refused at the door, by case. */
  tokenRefused(refusal: string): void;
  /** One turn, by activity type, with its length in seconds. */
  turn(kind: string, seconds: number): void;
  /** A turn that ended in an exception. */
  turnFailed(kind: string): void;
  /** Wake-ups and messages that wait, and those that were given up after their last try. */
  queue(waiting: number, dead: number): void;
  /** The exposition format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Most different values a label may take; the rest is counted as `other`. */
const mostLabels = 40;

function boundedLabel(): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    const short = value.slice(0, 80);
    if (seen.has(short)) return short;
    if (seen.size === mostLabels) return 'other';
    seen.add(short);
    return short;
  };
}

/** A registry of its own for each bot, so that two can live in one process (tests). */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const refused = new Counter({
    name: 'cutover_decisions_refused_total',
    help: 'Decisions refused, by reason',
    labelNames: ['reason'],
    registers,
  });
  const tokens = new Counter({
    name: 'cutover_tokens_refused_total',
    help: 'Inbound tokens refused, by case',
    labelNames: ['case'],
    registers,
  });
  const failed = new Counter({
    name: 'cutover_turns_failed_total',
    help: 'Turns that ended in an exception',
    labelNames: ['kind'],
    registers,
  });
  const waits = new Gauge({ name: 'cutover_queue_waiting', help: 'Wake-ups and messages that wait', registers });
  const givenUp = new Gauge({ name: 'cutover_queue_dead', help: 'Wake-ups and messages given up', registers });
  const turns = new Histogram({
    name: 'cutover_turn_seconds',
    help: 'Length of a turn',
    labelNames: ['kind'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers,
  });
  const reasons = boundedLabel();
  const cases = boundedLabel();
  const kinds = boundedLabel();
  return {
    decisionRefused: (reason) => refused.inc({ reason: reasons(reason) }),
    tokenRefused: (refusal) => tokens.inc({ case: cases(refusal) }),
    turn: (kind, seconds) => turns.observe({ kind: kinds(kind) }, seconds),
    turnFailed: (kind) => failed.inc({ kind: kinds(kind) }),
    queue: (waiting, dead) => {
      waits.set(waiting);
      givenUp.set(dead);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
