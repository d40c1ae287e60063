import { pino } from 'pino';
import { createCommand } from '#src/adapters/command.ts';
import { createErrands } from '#src/adapters/errand/errands.ts';
import { SystemdSpec } from '#src/adapters/systemd/spec.ts';
import { createSystemdWorkloads } from '#src/adapters/systemd/workloads.ts';
import { createExecutor } from '#src/agent/executor.ts';
import { createJournal } from '#src/agent/journal.ts';
import { createLanes } from '#src/agent/lanes.ts';
import { createPolicy } from '#src/agent/policy.ts';
import { createCatalog } from '#src/catalog.ts';
import type { Tools } from '#src/operation/tools.ts';
import restart from '../../../handlers/restart.ts';

// One life of an agent's executor on a machine with systemd, with the state in a folder: `first` restarts a unit, any other recovers.
const [folder = '', target = '', which = ''] = process.argv.slice(2);
const command = createCommand();
const log = pino({ level: 'silent' });
const errands = createErrands({ command, folder: `${folder}/errands`, log });
const specs = { [target]: SystemdSpec.parse({ engine: 'systemd' }) };
const workloads = createSystemdWorkloads({ specs, command, errand: errands.lasting, log });
const journal = createJournal({ file: `${folder}/journal.db`, now: Date.now });
const executor = createExecutor({
  ...{ node: 'local', journal, lanes: createLanes(), tools: { workloads } as unknown as Tools, errands, log },
  now: Date.now,
  catalog: createCatalog([{ file: 'restart.ts', operation: restart }]),
  policy: createPolicy({
    ...{ node: 'local', environment: 'dev' },
    rules: [{ operations: ['*'], targets: ['*'], operators: ['*'] }],
  }),
});

if (which === 'first')
  await executor.take({
    ...{ jti: target, issuedAt: Date.now(), epoch: 1, expiresAt: Date.now() + 60_000 },
    body: { kind: 'run', v: 1, operation: 'restart', version: restart.version, input: { target }, operator: 1001 },
  });
else await executor.recover();
await executor.settle(60_000);
const sayings = journal.unsent(0, 1000).map(({ saying }) => saying);
process.stdout.write(JSON.stringify({ verdict: sayings.find(({ kind }) => kind === 'verdict') }));
journal.close();
