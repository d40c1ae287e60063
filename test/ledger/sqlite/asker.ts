import { writeSync } from 'node:fs';
import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';
import { fleetAsk } from './fleetAsk.ts';

// A process that asks from a number on, says each number once it is answered, and dies by SIGKILL: its own after `last`, or somebody else's before.
const [, , file = '', first = '0', last = 'never'] = process.argv;
const ledger = createSqliteLedger({ file });
for (let i = Number(first); ; i += 1) {
  await ledger.ask(fleetAsk(i));
  writeSync(1, `${i}\n`);
  if (String(i) === last) process.kill(process.pid, 'SIGKILL');
}
