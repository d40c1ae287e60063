import { describe, expect, test } from 'vitest';
import type { Member } from '#src/adapters/engines.ts';
import { joinEngines } from '#src/adapters/engines.ts';
import type { Engine, Workload, Workloads } from '#src/operation/tools.ts';
import { memoryEngine } from './memoryEngine.ts';
import { makeProcesses } from './process/made.ts';
import { SPECS } from './process/specs.ts';
import { patience } from './temporary.ts';
import { testWorkloads } from './workloads.contract.ts';

testWorkloads('engines joined to one', async () => {
  const { workloads: processes } = await makeProcesses(SPECS);
  await processes.open();
  const declared = Object.keys(SPECS);
  const others = member('podman', memoryEngine('podman', [], ['cache']).workloads, []);
  const workloads = joinEngines([others, member('process', processes, declared)], declared);
  return {
    workloads: { ...workloads, list: async (signal) => (await workloads.list(signal)).filter((one) => one.expected) },
    dispose: () => processes.close(),
  };
});

describe('names', () => {
  test('are plain, in the order of the configuration, and the found ones come last', async () => {
    const { workloads } = joined({ process: ['demo', 'shop'], podman: ['web'], found: ['cache'] }, [
      'shop',
      'web',
      'demo',
    ]);
    expect(await namesOf(workloads)).toEqual(['shop', 'web', 'demo', 'cache']);
  });

  test('that two engines have say which engine is meant; the plain one is refused with both', async () => {
    const { workloads, podman } = joined({ process: ['web'], podman: [], found: ['web', 'cache'] }, ['web']);
    expect(await namesOf(workloads)).toEqual(['process/web', 'podman/web', 'cache']);
    await workloads.stop('podman/web', { force: false }, patience());
    expect(podman.asked).toEqual(['stop web']);
    expect(await workloads.get('podman/web', patience())).toMatchObject({ name: 'podman/web', state: 'stopped' });
    expect((await workloads.inspect('process/web', patience())).workload).toMatchObject({
      name: 'process/web',
      state: 'running',
    });
    await expect(workloads.restart('web', { force: false }, patience())).rejects.toMatchObject({
      code: 'unknown-target',
      message: 'More than one engine has a workload "web" here. Choose process/web or podman/web.',
    });
  });

  test('are one for each workload: where one engine has it, the engine before it is refused', async () => {
    const { workloads } = joined({ process: ['demo'], podman: ['web'], found: [] }, ['demo', 'web']);
    await expect(workloads.get('podman/web', patience())).rejects.toMatchObject({
      code: 'unknown-target',
      message: 'podman/web is called web here. Ask again with that name.',
    });
  });

  test('that nothing has get the nearest ones of all engines', async () => {
    const { workloads } = joined({ process: ['demo'], podman: ['web'], found: ['cache'] }, ['demo', 'web']);
    const refused = { message: 'There is no workload "cahce" here. Did you mean cache?' };
    await expect(workloads.start('cahce', patience())).rejects.toMatchObject(refused);
  });

  test('of a workload that came a moment ago are known', async () => {
    const { workloads, podman } = joined({ process: ['demo'], podman: [], found: [] }, ['demo']);
    expect(await namesOf(workloads)).toEqual(['demo']);
    podman.found.push('late');
    expect(await workloads.get('late', patience())).toMatchObject({ name: 'late', expected: false });
  });

  test('that no command could hold are not told', async () => {
    const { workloads } = joined({ process: ['demo'], podman: [], found: ['-rf', 'a b', 'x'.repeat(60), 'Good'] }, [
      'demo',
    ]);
    expect(await namesOf(workloads)).toEqual(['demo', 'Good']);
  });

  test('of declared ones need no other engine to be asked', async () => {
    const { workloads, podman } = joined({ process: ['demo'], podman: ['web'], found: [] }, ['demo', 'web'], {
      discovers: false,
    });
    await workloads.get('demo', patience());
    expect(podman.listed()).toBe(0);
  });
});

describe('an engine that does not answer', () => {
  const parts = { process: ['demo'], podman: ['web'], found: ['demo'] };

  test('leaves the others to be told, and its own are unknown with the reason', async () => {
    const { workloads, podman } = joined(parts, ['web', 'demo'], { listMs: 50 });
    podman.silence('hangs');
    const list = await workloads.list(patience());
    expect(list).toMatchObject([
      { name: 'web', engine: 'podman', state: 'unknown', detail: 'podman did not answer within 50 ms' },
      { name: 'demo', engine: 'process', state: 'running' },
    ]);
    podman.silence('fails');
    expect((await workloads.list(patience()))[0]).toMatchObject({ state: 'unknown', detail: 'The socket is gone.' });
  });

  test('does not change what a name means', async () => {
    const { workloads, podman } = joined(parts, ['web', 'demo'], { listMs: 50 });
    expect(await namesOf(workloads)).toEqual(['web', 'process/demo', 'podman/demo']);
    podman.silence('fails');
    expect(await namesOf(workloads)).toEqual(['web', 'process/demo']);
    expect(await workloads.get('process/demo', patience())).toMatchObject({ state: 'running' });
    await expect(workloads.get('demo', patience())).rejects.toMatchObject({ code: 'unknown-target' });
  });

  test('does not hold back the end of a cancelled look', async () => {
    const { workloads, podman } = joined(parts, ['web', 'demo']);
    podman.silence('hangs');
    const cancel = new AbortController();
    const looking = workloads.list(cancel.signal);
    cancel.abort();
    await expect(looking).rejects.toThrow('aborted');
  });
});

function joined(
  parts: { process: string[]; podman: string[]; found: string[] },
  order: string[],
  { discovers = true, listMs }: { discovers?: boolean; listMs?: number } = {},
) {
  const podman = memoryEngine('podman', parts.podman, parts.found);
  const members = [
    member('process', memoryEngine('process', parts.process, []).workloads, parts.process),
    member('podman', podman.workloads, parts.podman, discovers),
  ];
  return { workloads: joinEngines(members, order, listMs), podman };
}

function member(engine: Engine, workloads: Workloads, declared: string[], discovers = false): Member {
  return { engine, workloads, declared, discovers };
}

async function namesOf(workloads: Workloads): Promise<string[]> {
  return (await workloads.list(patience())).map(({ name }: Workload) => name);
}
