import { createSqliteLedger } from '#src/ledger/sqlite/ledger.ts';

// A process that waited for ten minutes in every way, was woken or told to stop, and ends only if nothing is left of its waits.
const LONG_MS = 600_000;
const ledger = createSqliteLedger({ file: ':memory:' });
const stop = new AbortController();

const woken = [
  ledger.orders('alpha', '0', LONG_MS, stop.signal),
  ledger.waitForEvents(['alpha'], LONG_MS, stop.signal),
];
const stopped = ledger.orders('beta', '0', LONG_MS, stop.signal);
await ledger.send([{ node: 'alpha', job: 'j1', token: 'order' }]);
await ledger.append('alpha', ['event']);
await Promise.all(woken);
stop.abort();
await stopped;
