import { join } from 'node:path';
import type { Logger } from 'pino';
import { createJournal } from '#src/agent/journal.ts';
import { HUB } from '#src/hub/assemble.ts';
import { createAuditChain } from '#src/hub/audit/chain.ts';
import { Problem } from '#src/kit/problem.ts';
import type { Ledger } from '#src/ledger/port.ts';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { createLog } from '#src/log.ts';
import type { Head } from '#src/wire/chain.ts';
import type { Keys } from '#src/wire/keys.ts';
import { readKeys } from '#src/wire/keys.ts';
import type { Self } from '#src/wire/seal.ts';
import { FileConfig } from '../config.ts';
import { isThere, readConfigFile } from '../configFile.ts';
import { openHubLedger } from '../hubLedger.ts';
import { readHubSettings } from '../hubSettings.ts';
import { roleOf, settingsOf } from '../role.ts';

const PAGE = 1_000;

/** One audit of this machine: whose it is, where its chain stands and every line that is kept. */
export interface Source {
  own: Self;
  head: Head;
  cut: Head;
  lines: string[];
}

/** The audits that are kept here; `of` names one of the two. Throws Problem `audit` when there is none. */
export async function sourcesOf(env: NodeJS.ProcessEnv, of: 'hub' | 'node' | undefined): Promise<Source[]> {
  const settings = settingsOf(env, roleOf(env));
  const hubKeys = readHubSettings(env).keys ?? (await readKeys(join(settings.state, 'keys', 'hub.json')));
  const file = join(settings.state, 'ledger.db');
  const hasLedger = settings.redis !== undefined || (await isThere(file));
  const found: Source[] = [];
  if (of !== 'node' && hubKeys && hasLedger && (of === 'hub' || roleOf(env) !== 'agent')) {
    const { redis } = settings;
    const log = createLog({ level: 'silent', secrets: [] });
    const ledger = redis ? openHubLedger({ redis, keys: hubKeys, log }) : createSqliteLedger({ file });
    found.push(await ofHub(ledger, hubKeys, log).finally(() => ledger.close()));
  }
  const journal = join(settings.state, 'journal.db');
  const nodeKeys = await readKeys(join(settings.state, 'keys', 'node.json'));
  if (of !== 'hub' && nodeKeys && (await isThere(journal))) {
    const { node } = await readConfigFile(settings.config, FileConfig);
    found.push(ofNode(journal, { name: node?.name ?? 'node', keys: nodeKeys }));
  }
  if (found.length > 0) return found;
  const where =
    of === 'node' ? 'journal' : of === 'hub' ? 'hub keys with a ledger' : 'journal, and no ledger of a hub,';
  throw new Problem(
    'audit',
    `There is no ${where} in ${settings.state}. Set NIGHTGUARD_STATE to the folder of the process.`,
  );
}

async function ofHub(ledger: Ledger, keys: Keys, log: Logger): Promise<Source> {
  const state = await createAuditChain({ ledger, keys, now: Date.now, log }).state();
  if (!state)
    throw new Problem('audit', 'The ledger holds no chain of this hub: it is made at the first tick, within a minute.');
  const lines: string[] = [];
  for (let after = 0, more = true; more; after += PAGE) {
    const page = await ledger.auditLines(state.cut.seq + after, PAGE);
    lines.push(...page);
    more = page.length === PAGE;
  }
  return { own: { name: HUB, keys }, ...state, lines };
}

function ofNode(file: string, own: Self): Source {
  const journal = createJournal({ file, now: Date.now });
  try {
    const { audit } = journal;
    return { own, head: audit.head(), cut: audit.cut(), lines: audit.lines(0, Number.MAX_SAFE_INTEGER) };
  } finally {
    journal.close();
  }
}
