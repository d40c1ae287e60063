import type { Logger } from 'pino';
import { z } from 'zod';
import { Problem } from '#src/kit/problem.ts';
import type { HubLedger } from '#src/ledger/port.ts';
import type { AuditEntry } from '#src/ledger/records.ts';
import type { AuditTail } from '#src/ledger/writes.ts';
import { firstHead, Head, link, noted } from '#src/wire/chain.ts';
import { exportChain } from '#src/wire/export.ts';
import { freshId } from '#src/wire/ids.ts';
import type { Keys } from '#src/wire/keys.ts';
import { createRecordSeal } from '#src/wire/record.ts';
import type { Self } from '#src/wire/seal.ts';

/** Entries that get their place in one write, and how many writes one look makes at the most. */
const BATCH = 500;
const BATCHES = 40;
/** Lines that are kept at least, and how many more there may be before the oldest go. */
export const KEPT = 10_000;
const SLACK = 1_000;
const NAME = 'audit chain';

/** Where the chain stands and where what is kept of it begins: both locked with the hub's own secret. */
const State = z.strictObject({ head: Head, cut: Head });
export type ChainState = z.infer<typeof State>;

/** The hub's audit as a chain of hashes. Entries are written with what they are about and get their place a moment later. */
export interface AuditChain {
  /** Chains what waits; does nothing when another hub is faster. */
  seal(): Promise<void>;
  /** Where the chain stands; undefined before its first record, and when the ledger holds none that is this hub's. */
  state(): Promise<ChainState | undefined>;
}

/** The chain of one hub: its ledger cannot be trusted to keep it, so the process remembers where it was and says when it finds it elsewhere. */
export function createAuditChain(deps: {
  ledger: Pick<HubLedger, 'auditTail' | 'sealAudit' | 'auditLines'>;
  keys: Keys;
  now: () => number;
  log: Logger;
}): AuditChain {
  const { ledger, now, log } = deps;
  const own = createRecordSeal(deps.keys);
  let last: Head | undefined;

  const read = ({ state }: Pick<AuditTail, 'state'>): ChainState | undefined => {
    if (state === undefined) return undefined;
    try {
      return own.open(NAME, state, State);
    } catch (err) {
      log.error({ err }, 'the audit in the ledger is not chained by this hub');
      return undefined;
    }
  };
  const begin = (): ChainState => {
    const head = firstHead(freshId());
    return { head, cut: head };
  };
  /** What is to be said when the chain is not where this process left it. */
  const setBack = (tail: AuditTail, found: ChainState | undefined): AuditEntry[] => {
    const wasRead = tail.state === undefined || found !== undefined;
    const isBehind = last !== undefined && (found?.head.chain !== last.chain || found.head.seq < last.seq);
    if (wasRead && !isBehind) return [];
    const because = `It stood at ${last ? noted(last) : 'a place unknown'}; the ledger has ${found ? noted(found.head) : 'nothing of it'}.`;
    log.error({ because }, 'the audit was set back');
    return [{ at: now(), decision: 'audit set back', because }];
  };
  const cutAfter = async (state: ChainState, head: Head, count: number): Promise<Head> => {
    if (count <= KEPT + SLACK) return state.cut;
    const seq = Math.min(head.seq - KEPT, state.head.seq);
    const [line] = await ledger.auditLines(seq - 1, 1);
    const found = z.looseObject({ seq: z.literal(seq), h: Head.shape.h }).safeParse(line && JSON.parse(line));
    return found.success ? { chain: head.chain, seq, h: found.data.h } : state.cut;
  };
  const sealOnce = async (): Promise<boolean> => {
    const tail = await ledger.auditTail(BATCH);
    if (tail.loose.length === 0) return false;
    const found = read(tail);
    const state = found ?? begin();
    const lines: string[] = [];
    let { head } = state;
    for (const entry of [...setBack(tail, found), ...tail.loose]) {
      const linked = link(head, entry);
      lines.push(linked.line);
      head = linked.head;
    }
    const cut = await cutAfter(state, head, tail.count + lines.length);
    const isOurs = await ledger.sealAudit({
      ...{ from: tail.state, chain: head.chain, after: state.head.seq, lines, taken: tail.loose.length },
      state: own.close(NAME, { head, cut } satisfies ChainState),
      dropThrough: cut.seq > state.cut.seq ? cut.seq : undefined,
    });
    if (isOurs) last = head;
    return isOurs && tail.loose.length === BATCH;
  };

  return {
    async seal() {
      for (let i = 0, more = true; more && i < BATCHES; i += 1) more = await sealOnce();
    },
    state: async () => read(await ledger.auditTail(1)),
  };
}

/** Takes the whole audit along, signed by this hub. Throws Problem `audit` when there is nothing in it. */
export function createAuditExport(deps: {
  own: Self;
  ledger: Pick<HubLedger, 'auditLines'>;
  chain: AuditChain;
  now: () => number;
}): () => Promise<string> {
  const { own, ledger, chain, now } = deps;
  return async () => {
    await chain.seal();
    const state = await chain.state();
    if (!state) throw new Problem('audit', 'Nothing is on record yet.');
    const lines = await ledger.auditLines(state.cut.seq, state.head.seq - state.cut.seq);
    return await exportChain(own, { ...state, lines, at: now() });
  };
}
