import type { Ledger } from '../port.ts';
import { createAlerts } from './alerts.ts';
import { createAsking } from './asking.ts';
import { createAudit } from './audit.ts';
import { createBell } from './bell.ts';
import { createCampaigns } from './campaigns.ts';
import { openDatabase } from './database.ts';
import { createFolding } from './folding.ts';
import { createJobs } from './jobs.ts';
import { createLogbook } from './logbook.ts';
import { createOrders } from './orders.ts';
import { createTables } from './records.ts';
import { createShelves } from './shelf.ts';
import { createTelling } from './telling.ts';

/**
 * The ledger in one file, for a hub and an agent in one process (`:memory:`: gone with the process). What is answered is on disk.
 * Only those who wait on this very ledger are woken; another process sees what was written when it reads next.
 */
export function createSqliteLedger({ file, now = Date.now }: { file: string; now?: () => number }): Ledger {
  const db = openDatabase(file);
  const bell = createBell();
  const tables = createTables(db);
  return {
    ...createAsking({ db, tables, bell, now }),
    ...createCampaigns({ db, tables, bell, now }),
    ...createFolding({ db, tables, bell }),
    ...createAlerts({ db, tables }),
    ...createTelling({ db, tables }),
    ...createJobs({ db, tables }),
    ...createOrders({ db, bell, now }),
    ...createAudit({ db }),
    ...createLogbook({ db }),
    ...createShelves({ db }),
    close: async () => {
      bell.end();
      db.close();
    },
  };
}
