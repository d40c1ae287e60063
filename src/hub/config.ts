import { z } from 'zod';
import { Role } from '#src/operation/risk.ts';
import { PublicKeySchema } from '#src/wire/keys.ts';

// Ids that stand for many people: the anonymous group admin, the channel bot, and Telegram's own service account.
const SHARED_IDS = [1087968824, 136817688, 777000];

function isTimeZone(zone: string): boolean {
  try {
    return zone.length > 3
      ? Boolean(Intl.DateTimeFormat('en', { timeZone: zone })) && /^[A-Z]/.test(zone)
      : zone === 'UTC';
  } catch {
    return false;
  }
}

/** A person on the allow-list. */
export const Operator = z.strictObject({
  id: z
    .number({ error: 'is a numeric Telegram id; a @name can change hands' })
    .int()
    .positive()
    .refine((id) => !SHARED_IDS.includes(id), 'is an id that many people share'),
  name: z.string().min(1).max(40),
  role: Role,
});
export type Operator = z.infer<typeof Operator>;

const Operators = z.array(Operator).check(({ value, issues }) => {
  const again = value.find(({ id }, at) => value.findIndex((other) => other.id === id) < at);
  if (again)
    issues.push({ code: 'custom', input: value, message: `has the id ${again.id} twice; a person has one entry` });
});

/** All people: those of the file, and of the others who is not among them. */
export function withOthers(listed: readonly Operator[], others: readonly Operator[]): Operator[] {
  return [...listed, ...others.filter(({ id }) => listed.every((one) => one.id !== id))];
}

/** A chat, or one topic of it, that hears of alerts: of all, or of some nodes, or only of bad ones. */
const AlertPlace = z.strictObject({
  chat: z.number().int(),
  thread: z.number().int().positive().optional(),
  nodes: z.array(z.string()).min(1).optional(),
  atLeast: z.enum(['warn', 'bad']).default('warn'),
});

/** The hub's sections of the configuration: who may ask, where, and which nodes there are. */
export const HubConfig = z.strictObject({
  operators: Operators.default([]),
  /** Groups in which commands are taken; an operator's private chat always counts. */
  chats: z.array(z.number().int().negative()).default([]),
  /** Other nodes than this machine, by name, with the public key that `nightguard keys` prints there. */
  nodes: z
    .record(
      z.string().regex(/^[a-z0-9][a-z0-9_-]{0,31}$/),
      z.strictObject({
        key: PublicKeySchema,
        /** A machine that may be off, such as a laptop: its silence is no alert. */
        mayBeAway: z.boolean().default(false),
      }),
    )
    .default({}),
  /** The node that verifies the codes of authenticators; left out, the only one that says so of itself. */
  approver: z.string().max(32).optional(),
  /** What changes a prod node is asked for and confirmed in private chats only. */
  prodOnlyPrivate: z.boolean().default(false),
  /** Where alerts are told; without `to`, in every group of `chats`, and without groups to all operators and admins in private. */
  alerts: z.strictObject({ to: z.array(AlertPlace).min(1).optional() }).prefault({}),
  /** Where the heads of the audits are told once a day; left out, to each admin in private. */
  auditTo: z.number().int().optional(),
  /** Times in the chat are shown in this zone; left out, in this machine's. */
  timezone: z.string().refine(isTimeZone, 'is not a time zone such as Europe/Berlin').optional(),
  /** Keeps Telegram clients from forwarding and saving what the bot says. */
  protectContent: z.boolean().default(true),
});
export type HubConfig = z.infer<typeof HubConfig>;
