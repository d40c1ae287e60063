import type { DestinationStream, Logger } from 'pino';
import { destination, pino, stdSerializers } from 'pino';
import type { Secret } from '#src/kit/secret.ts';

// A bot token wherever it stands: libraries put it into URLs and errors.
const BOT_TOKEN = /\d{5,}:[A-Za-z0-9_-]{20,}/g;
const HIDDEN = '[redacted]';
const PATHS = ['token', 'password', 'secret', 'authorization', '*.token', '*.password', '*.secret', '*.authorization'];

/** A log of fields, one line per event, that hides secrets by type (`Secret`), by path, and by value in the finished line. */
export function createLog(options: { level: string; secrets: readonly Secret[]; to?: DestinationStream }): Logger {
  const values = options.secrets
    .map((secret) => secret.reveal())
    .filter((value) => value.length >= 8)
    .flatMap((value) => [value, JSON.stringify(value).slice(1, -1)]);
  const hide = (line: string): string =>
    values.reduce((text, value) => text.replaceAll(value, HIDDEN), line).replace(BOT_TOKEN, HIDDEN);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: PATHS, censor: HIDDEN },
      serializers: { err: stdSerializers.errWithCause },
      formatters: { level: (level) => ({ level }) },
      hooks: { streamWrite: hide },
    },
    options.to ?? destination({ dest: 2, sync: true }),
  );
}
