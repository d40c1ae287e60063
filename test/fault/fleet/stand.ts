import { registerHooks } from 'node:module';

/** Who takes which part from a stand instead: there every call goes by a point. */
const STANDS = [
  ['cli/hubLedger.ts', 'ledger/redis/ledger.ts', 'ledger.ts'],
  ['cli/agent.ts', 'ledger/redis/ledger.ts', 'ledger.ts'],
  ['cli/hub.ts', 'hub/bot.ts', 'bot.ts'],
  ['hub/web/server.ts', 'hub/web/http.ts', 'http.ts'],
  ['cli/agentSide.ts', 'agent/journal.ts', 'journal.ts'],
  ['cli/agentSide.ts', 'agent/toolbox.ts', 'toolbox.ts'],
  ['adapters/process/supervised.ts', 'adapters/process/terminate.ts', 'terminate.ts'],
  ['adapters/process/supervised.ts', 'adapters/process/startNew.ts', 'startNew.ts'],
  ['adapters/process/supervised.ts', 'adapters/process/record.ts', 'record.ts'],
].map(([taker, part, stand]) => ({
  taker: inSource(taker),
  part: inSource(part),
  stand: new URL(`./stands/${stand}`, import.meta.url).href,
}));

// Loaded before `nightguard hub` and `nightguard agent` themselves.
registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    const instead = STANDS.find(({ taker, part }) => taker === context.parentURL && part === found.url);
    return instead ? { ...found, url: instead.stand } : found;
  },
});

function inSource(file = ''): string {
  return new URL(`../../../src/${file}`, import.meta.url).href;
}
