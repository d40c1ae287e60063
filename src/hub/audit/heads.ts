import type { Api } from 'grammy';
import type { Logger } from 'pino';
import type { HubLedger } from '#src/ledger/port.ts';
import { Head, noted } from '#src/wire/chain.ts';
import type { HubConfig } from '../config.ts';
import { backupLines } from '../nodes/backups.ts';
import type { Fleet } from '../nodes/fleet.ts';
import type { AuditChain } from './chain.ts';

const DAY_MS = 86_400_000;
const TOLD = 'audit heads told';

/** Tells the chat once a day where every audit stands, and how the backups do: what was told there, nobody who holds the ledger or a node can take back. */
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

  const lineOf = async (name: string, head: Head): Promise<string> => {
    const key = `audit head ${name}`;
    const before = readHead(await ledger.recall(key));
    await ledger.remember(key, JSON.stringify(head));
    const line = `${name} ${noted(head)}`;
    if (!before || isOnward(before, head)) return line;
    const because = `The audit of ${name} stood at ${noted(before)} and now stands at ${noted(head)}.`;
    log.error({ node: name }, 'an audit went back');
    await ledger.audit([{ at: now(), node: name, decision: 'audit set back', because }]);
    return `⚠️ ${line} (it stood at ${noted(before)} and went back)`;
  };
  const tell = async (): Promise<void> => {
    const own = (await chain.state())?.head;
    const all = await fleet.nodes(now());
    const nodes = all.flatMap(({ name, audit }) => (audit ? [{ name, audit }] : []));
    const lines = own ? [await lineOf('hub', own)] : [];
    for (const { name, audit } of nodes) lines.push(await lineOf(name, audit));
    if (lines.length === 0) return;
    const text = ['🧾 Where the audits stand today:', ...lines, ...backupLines(all, now())].join('\n');
    const admins = config.operators.filter(({ role }) => role === 'admin').map(({ id }) => id);
    for (const chat of config.auditTo === undefined ? admins : [config.auditTo])
      await api
        .sendMessage(chat, text, { disable_notification: true, protect_content: config.protectContent })
        .catch((err: unknown) => log.warn({ err, chat }, 'heads of the audits not told'));
  };

  return async () => {
    const isToday = () => toldAt !== undefined && now() - toldAt < DAY_MS;
    if (isToday()) return;
    // Another hub may have told it meanwhile.
    toldAt = Number(await ledger.recall(TOLD)) || undefined;
    if (isToday()) return;
    // A fresh ledger has nothing to tell yet; and marked before it is told, it is told once rather than twice.
    const isFirst = toldAt === undefined;
    toldAt = now();
    await ledger.remember(TOLD, String(toldAt));
    if (!isFirst) await tell();
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
