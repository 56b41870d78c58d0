import { Writable } from 'node:stream';
import pino, { type Logger } from 'pino';

export type { Logger };

/** Longest text in a log line, characters: a mail subject or an answer's body must not fill the log. */
const longest = 2_000;

/** Paths that are never written: secrets, tokens, and what people said or received (personal data belongs in the store). */
const secret = [
  'authorization',
  'headers.authorization',
  'req.headers.authorization',
  'request.headers.authorization',
  'token',
  'accessToken',
  'password',
  'secret',
  'clientSecret',
  'certificate',
  'connectionString',
  'databaseUrl',
  'text',
  'activity.text',
  'activity.value',
  'subject',
  'body',
  '*.authorization',
  '*.token',
  '*.password',
  '*.secret',
  '*.clientSecret',
  '*.databaseUrl',
];

function capped(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}

/** Caps every text of a value; three levels are as deep as a log line needs to be. */
function cap(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return capped(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 3) return '…';
  if (Array.isArray(value)) return value.slice(0, 50).map((item) => cap(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cap(item, depth + 1)]));
}

/** An error as a log line holds it: its name, its words and where it came from, never its request or response. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return cap(error);
  const code =
    'code' in error && (typeof error.code === 'string' || typeof error.code === 'number') ? { code: error.code } : {};
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? { statusCode: error.statusCode } : {};
  const cause = error.cause instanceof Error ? { cause: errorFields(error.cause) } : {};
  return {
    type: error.name,
    message: capped(error.message),
    stack: capped(error.stack ?? ''),
    ...code,
    ...status,
    ...cause,
  };
}

/**
 * A JSON logger with redaction and length caps. `write` receives whole lines (with their line break).
 * `level` is one of pino's: `silent`, `error`, `warn`, `info`, `debug`.
 */
export function createLogger(options: { readonly level: string; readonly write: (line: string) => void }): Logger {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      options.write(String(chunk));
      done();
    },
  });
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secret, censor: '[redacted]' },
      serializers: { err: errorFields },
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) =>
          Object.fromEntries(
            Object.entries(fields).map(([key, value]) => [
              key,
              value instanceof Error ? errorFields(value) : cap(value),
            ]),
          ),
      },
    },
    stream,
  );
}
