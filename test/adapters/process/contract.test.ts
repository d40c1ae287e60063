import { testWorkloads } from '../workloads.contract.ts';
import { makeProcesses } from './made.ts';
import { SPECS } from './specs.ts';

testWorkloads('processes', async () => {
  const { workloads } = await makeProcesses(SPECS);
  await workloads.open();
  return { workloads, dispose: () => workloads.close() };
});
