import type { Api } from 'grammy';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import { Head, noted } from '#src/wire/chain.ts';
import type { HubConfig } from '../config.ts';
import { backupLines } from '../nodes/backups.ts';
import type { Fleet } from '../nodes/fleet.ts';
import type { AuditChain } from './chain.ts';

const DAY_MS = 86_400_000;
/** So long one hub process has the telling to itself, in ms: shorter than the time between two ticks. */
const CLAIM_MS = 30_000;
const TOLD = 'audit heads told';
const CLAIMED = 'audit heads claimed';

/** One line of the message, and what is written down once it is told. */
interface Line {
  text: string;
  note: () => Promise<void>;
}

/** Tells the chat once a day where every audit stands, and how the backups do: what was told there, nobody who holds the ledger or a node can take back. It counts as told when Telegram has taken it. */
export function createHeads(deps: {
  config: Pick<HubConfig, 'operators' | 'auditTo' | 'protectContent'>;
  ledger: Pick<HubLedger, 'recall' | 'remember' | 'audit'>;
  chain: AuditChain;
  fleet: Fleet;
  api: Pick<Api, 'sendMessage'>;
  now: () => number;
  log: Logger;
}): () => Promise<void> {
  const { config, ledger, chain, fleet, api, now, log } = deps;
  let toldAt: number | undefined;

  const lineOf = async (name: string, head: Head): Promise<Line | undefined> => {
    const key = `audit head ${name}`;
    const before = readHead(await ledger.recall(key));
    const keep = () => ledger.remember(key, JSON.stringify(head));
    const text = `${name} ${noted(head)}`;
    if (!before && head.seq === 0) return undefined;
    if (!before || isOnward(before, head)) return { text, note: keep };
    const because = `The audit of ${name} stood at ${noted(before)} and now stands at ${noted(head)}.`;
    log.error({ node: name }, 'an audit went back');
    const note = async (): Promise<void> => {
      await ledger.audit([{ at: now(), node: name, decision: 'audit set back', because }]);
      await keep();
    };
    return { text: `⚠️ ${text} (it stood at ${noted(before)} and went back)`, note };
  };
  /** Whether anybody got it. */
  const send = async (text: string): Promise<boolean> => {
    const admins = config.operators.filter(({ role }) => role === 'admin').map(({ id }) => id);
    const options = { disable_notification: true, protect_content: config.protectContent };
    const sent = await Promise.all(
      (config.auditTo === undefined ? admins : [config.auditTo]).map((chat) =>
        api.sendMessage(chat, text, options).then(
          () => true,
          (err: unknown) => log.error({ err, chat }, 'where the audits stand was not told'),
        ),
      ),
    );
    return sent.includes(true);
  };
  const tell = async (): Promise<void> => {
    const own = (await chain.state())?.head;
    const all = await fleet.nodes(now());
    const heads = [{ name: 'hub', audit: own }, ...all].flatMap(({ name, audit }) => (audit ? [{ name, audit }] : []));
    const found = await Promise.all(heads.map(({ name, audit }) => lineOf(name, audit)));
    const lines = found.filter((line) => line !== undefined);
    if (lines.length === 0) return;
    await ledger.remember(CLAIMED, String(now()));
    const texts = ['🧾 Where the audits stand today:', ...lines.map(({ text }) => text), ...backupLines(all, now())];
    if (!(await send(texts.join('\n')))) return;
    toldAt = now();
    for (const { note } of lines) await note();
    await ledger.remember(TOLD, String(toldAt));
  };
  const isWithin = (at: number | undefined, ms: number) => at !== undefined && at <= now() && now() - at < ms;
  const timeOf = async (key: string) => Number(await ledger.recall(key)) || undefined;

  return async () => {
    if (isWithin(toldAt, DAY_MS)) return;
    // Another hub may have told it meanwhile, or be about to.
    toldAt = await timeOf(TOLD);
    if (isWithin(toldAt, DAY_MS) || isWithin(await timeOf(CLAIMED), CLAIM_MS)) return;
    await tell();
  };
}

function isOnward(before: Head, head: Head): boolean {
  return before.chain === head.chain && (head.seq > before.seq || (head.seq === before.seq && head.h === before.h));
}

function readHead(text: string | undefined): Head | undefined {
  try {
    return text === undefined ? undefined : Head.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
