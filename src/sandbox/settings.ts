import { Problem } from '#src/kit/problem.ts';

/** A forum topic that exists in the sandbox group from the start. */
export interface Topic {
  id: number;
  name: string;
}

/** Where the sandbox tells what it does; a pino logger fits. */
export interface SandboxLog {
  debug(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** Telegram's waiting times in milliseconds; tests shorten them. */
export interface Times {
  /** How long POST /sandbox/press waits for the bot's answer. */
  press: number;
  /** For how long a callback query can be answered. */
  answerWindow: number;
  /** A second getUpdates conflict within this time is answered this late. */
  conflict: number;
  /** The wait before the third webhook attempt; doubles from there. The second attempt comes at once. */
  webhookRetry: number;
  /** How long a webhook may keep silent. */
  webhookRead: number;
  /** Between two pings on the event stream. */
  ping: number;
}

/** What `createSandbox` is asked for. */
export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  token: string;
  now?: () => Date;
  /** False switches flood limits and the pacing of getUpdates and setWebhook off. */
  limits?: boolean;
  times?: Partial<Times>;
  /** Makes the group a forum with these topics. */
  topics?: Topic[];
  /** False: @BotFather was told that the bot joins no groups. */
  joinsGroups?: boolean;
  log?: SandboxLog;
}

/** The options with everything filled in. */
export type Settings = Required<Omit<SandboxOptions, 'times' | 'port'>> & { times: Times };

const TELEGRAM: Times = {
  press: 10_000,
  answerWindow: 15_000,
  conflict: 3000,
  webhookRetry: 2000,
  webhookRead: 60_000,
  ping: 25_000,
};

const SILENT: SandboxLog = { debug: () => {}, warn: () => {} };

/** Fills in Telegram's own values; throws Problem `token` for a token that Telegram would call malformed. */
export function resolveSettings(options: SandboxOptions): Settings {
  if (!/^[1-9]\d{0,14}:[A-Za-z0-9_-]{1,64}$/.test(options.token)) {
    throw new Problem('token', 'The sandbox token must look like 1900:sandbox: a number, a colon, letters or digits.');
  }
  return {
    token: options.token,
    now: options.now ?? (() => new Date()),
    limits: options.limits ?? true,
    times: { ...TELEGRAM, ...options.times },
    topics: options.topics ?? [],
    joinsGroups: options.joinsGroups ?? true,
    log: options.log ?? SILENT,
  };
}

/** The moment as Telegram writes it: whole seconds since 1970. */
export function unixTime(moment: Date): number {
  return Math.floor(moment.getTime() / 1000);
}
