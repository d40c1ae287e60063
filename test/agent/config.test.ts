import { describe, expect, test } from 'vitest';
import { NodeConfig } from '#src/agent/config.ts';

const read = (more: object) => NodeConfig.parse({ name: 'alpha', ...more });
const complaints = (more: object) =>
  NodeConfig.safeParse({ name: 'alpha', ...more }).error?.issues.map(({ path, code, message }) => [
    path.join('.'),
    code === 'unrecognized_keys' ? code : message,
  ]);

describe('a workload', () => {
  test('is a process unless its engine says otherwise', () => {
    const { workloads } = read({
      workloads: {
        demo: { command: ['nightguard', 'demo'] },
        worker: { engine: 'process', command: ['/bin/worker'] },
        web: { engine: 'podman', container: 'web' },
        nginx: { engine: 'systemd', unit: 'nginx.service' },
      },
    });
    expect(Object.entries(workloads).map(([name, { engine }]) => [name, engine])).toEqual([
      ['demo', undefined],
      ['worker', 'process'],
      ['web', 'podman'],
      ['nginx', 'systemd'],
    ]);
  });

  const PROGRAM = 'write the program and its arguments as a list, or name the engine that runs it: podman or systemd';
  test.for([
    [{ engine: 'docker' }, [['workloads.web.engine', 'write process, podman or systemd']]],
    [{ engine: 'podman', command: ['x'] }, [['workloads.web', 'unrecognized_keys']]],
    [{ engine: 'podman', stopTimeout: 'soon' }, [['workloads.web.stopTimeout', expect.any(String)]]],
    [{ engine: 'systemd', unit: '-H' }, [['workloads.web.unit', expect.stringContaining('web.service')]]],
    [{ command: ['x'], health: '/up' }, [['workloads.web.health', expect.stringContaining('a path needs a port')]]],
    [{ command: 'x' }, [['workloads.web.command', PROGRAM]]],
    [
      { container: 'web' },
      [
        ['workloads.web.command', PROGRAM],
        ['workloads.web', 'unrecognized_keys'],
      ],
    ],
  ] as const)('%j is told by the key that is wrong', ([spec, said]) => {
    expect(complaints({ workloads: { web: spec } })).toEqual(said);
  });
});

test('containers that nobody declared are left alone unless they are asked for', () => {
  expect(read({}).podman).toEqual({ discover: false });
  expect(read({ podman: { discover: true, socket: '/run/podman/podman.sock' } }).podman).toEqual({
    discover: true,
    socket: '/run/podman/podman.sock',
  });
  expect(complaints({ podman: { socket: 'podman.sock' } })).toEqual([
    ['podman.socket', 'write the full path of the socket'],
  ]);
});

describe('thresholds', () => {
  test('are those of rows H1 and H6 unless they are set', () => {
    expect(read({}).thresholds).toEqual({
      diskFreeGb: 10,
      diskCleanPercent: 60,
      diskAlertPercent: 75,
      diskPanicPercent: 85,
      memoryPercent: 80,
      endpointP95Ms: 500,
      endpointErrorPercent: 1,
    });
  });

  test('of a disk come in their order', () => {
    expect(complaints({ thresholds: { diskAlertPercent: 50 } })).toEqual([
      ['thresholds.diskAlertPercent', 'alert comes after clean: make it at least diskCleanPercent'],
    ]);
    expect(complaints({ thresholds: { diskAlertPercent: 90 } })).toEqual([
      ['thresholds.diskPanicPercent', 'panic comes after alert: make it at least diskAlertPercent'],
    ]);
  });
});
