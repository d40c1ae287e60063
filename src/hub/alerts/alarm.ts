import type { HubLedger } from '#src/ledger/port.ts';
import type { Alert, AuditEntry, Handling, Post } from '#src/ledger/records.ts';
import type { Tone } from '#src/operation/reply.ts';
import { worst } from '#src/operation/reply.ts';
import type { NodeAlert } from '#src/wire/event.ts';
import { jobId } from '#src/wire/ids.ts';
import type { HubConfig } from '../config.ts';

/** Alerts as they go into the ledger: the records, the messages they need, and lines for the audit. */
export interface Alarm {
  alerts: Alert[];
  posts: Post[];
  audit: AuditEntry[];
}

/** What an alert is told with beside its own words. */
export interface AlarmDeps {
  config: HubConfig;
  ledger: HubLedger;
  now: () => number;
}

/** Turns what a node says is wrong into records; what it said about an alert that has ended is left out. */
export async function hearAlerts(deps: AlarmDeps, node: string, heard: readonly NodeAlert[]): Promise<Alarm> {
  const latest = [...new Map(heard.map((alert) => [alertId(node, alert.id), alert])).entries()];
  if (latest.length === 0) return { alerts: [], posts: [], audit: [] };
  const known = new Map((await deps.ledger.alertsById(latest.map(([id]) => id))).map((alert) => [alert.id, alert]));
  const fresh = latest.filter(([id]) => !known.has(id)).map(([, { fingerprint }]) => ({ node, fingerprint }));
  const handlings = fresh.length === 0 ? [] : await deps.ledger.handlings(fresh);
  const alarms = latest.flatMap(([id, { reply, state, openedAt, resolvedAt, resolution, after, fingerprint }]) => {
    const before = known.get(id);
    if (before?.state === 'resolved' || (before && before.node !== node)) return [];
    const over = state === 'resolved' ? { resolvedAt, resolution, ...(after ? { after } : {}) } : {};
    const worse = before?.worse || (before?.reply.tone === 'warn' && reply.tone === 'bad') ? { worse: true } : {};
    const posts = before?.posts ?? [];
    const alert: Alert = { id, node, fingerprint, state, reply, openedAt, ...over, ...worse, posts };
    const said = handlings.find((handling) => handling.fingerprint === fingerprint);
    return [before ? { alert, posts: [], audit: auditOf(alert, deps.now(), before) } : openAlert(deps, alert, said)];
  });
  return {
    alerts: alarms.map(({ alert }) => alert),
    posts: alarms.flatMap(({ posts }) => posts),
    audit: alarms.flatMap(({ audit }) => audit),
  };
}

/** A new alert with one post for each chat that hears of it; under a silence they wait, and what came and went under it is told to nobody. */
export function openAlert(
  { config, now }: Pick<AlarmDeps, 'config' | 'now'>,
  alert: Alert,
  said: Handling | undefined,
): { alert: Alert; posts: Post[]; audit: AuditEntry[] } {
  const quietUntil = said?.act === 'silenced' ? (said.until ?? 0) : 0;
  const unheard = alert.state === 'resolved' && (alert.resolvedAt ?? now()) < quietUntil;
  const places = unheard ? [] : placesOf(config, alert.node, alert.reply.tone);
  const posts = places.map(
    ({ chat, thread }): Post => ({
      id: jobId(`post ${alert.id}`, `${chat} ${thread ?? ''}`),
      chat,
      ...(thread === undefined ? {} : { thread }),
      jobs: [],
      alert: alert.id,
      revision: 1,
      told: 0,
      notBefore: quietUntil > now() ? quietUntil : 0,
      calmUntil: 0,
      extras: [],
      createdAt: now(),
    }),
  );
  return { alert: { ...alert, posts: posts.map(({ id }) => id) }, posts, audit: auditOf(alert, now(), undefined) };
}

/** The hub's id of a node's alert: another node can never mean the same one. */
export function alertId(node: string, own: string): string {
  return jobId(`alert ${own}`, node);
}

/** Where an alert is told: as configured, else in the groups, else to everybody who could act on it. */
function placesOf(
  { alerts, chats, operators }: HubConfig,
  node: string,
  tone: Tone,
): { chat: number; thread?: number | undefined }[] {
  if (alerts.to)
    return alerts.to.filter(({ nodes, atLeast }) => (nodes?.includes(node) ?? true) && worst([tone, atLeast]) === tone);
  if (chats.length > 0) return chats.map((chat) => ({ chat }));
  return operators.filter(({ role }) => role !== 'viewer').map(({ id }) => ({ chat: id }));
}

function auditOf(alert: Alert, at: number, before: Alert | undefined): AuditEntry[] {
  if (before?.state === alert.state) return [];
  const decision = alert.state === 'open' ? 'alert' : 'alert over';
  return [{ at, node: alert.node, decision, because: alert.resolution ?? alert.reply.title }];
}
