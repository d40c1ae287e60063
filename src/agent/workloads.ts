import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Command } from '#src/adapters/command.ts';
import type { Member } from '#src/adapters/engines.ts';
import { joinEngines } from '#src/adapters/engines.ts';
import { createPodmanWorkloads } from '#src/adapters/podman/workloads.ts';
import { createProcessWorkloads } from '#src/adapters/process/workloads.ts';
import { createSystemdWorkloads } from '#src/adapters/systemd/workloads.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { NodeConfig } from './config.ts';

/** The workloads of a node, with the life of what keeps them. */
export interface KeptWorkloads {
  workloads: Workloads;
  /** Starts or adopts those that this agent keeps itself; those of other engines are left as they are. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** The engines that the configuration asks for, as one; no other is touched. */
export function createWorkloads(deps: {
  config: Pick<NodeConfig, 'workloads' | 'podman'>;
  state: string;
  self: string[];
  command: Command;
  /** Runs what waits while something is changed; absent: `command` does. */
  errand?: Command;
  log: Logger;
}): KeptWorkloads {
  const { config, state, self, command, errand = command, log } = deps;
  const specs = Object.entries(config.workloads);
  const processSpecs = Object.fromEntries(specs.flatMap(([name, spec]) => (isProcess(spec) ? [[name, spec]] : [])));
  const podmanSpecs = Object.fromEntries(specs.flatMap(([name, spec]) => (isPodman(spec) ? [[name, spec]] : [])));
  const systemdSpecs = Object.fromEntries(specs.flatMap(([name, spec]) => (isSystemd(spec) ? [[name, spec]] : [])));

  const processes = createProcessWorkloads({ specs: processSpecs, stateDir: join(state, 'workloads'), self, log });
  const members: Member[] = [memberOf('process', processes, processSpecs)];
  const { discover, socket } = config.podman;
  const podman =
    discover || Object.keys(podmanSpecs).length > 0
      ? createPodmanWorkloads({ specs: podmanSpecs, socket, discover, log })
      : undefined;
  if (podman) members.push({ ...memberOf('podman', podman, podmanSpecs), discovers: discover });
  if (Object.keys(systemdSpecs).length > 0)
    members.push(
      memberOf('systemd', createSystemdWorkloads({ specs: systemdSpecs, command, errand, log }), systemdSpecs),
    );

  return {
    workloads: joinEngines(members, Object.keys(config.workloads)),
    open: () => processes.open(),
    async close() {
      await Promise.all([processes.close(), podman?.close()]);
    },
  };
}

type Spec = NodeConfig['workloads'][string];
type Podman = Extract<Spec, { engine: 'podman' }>;
type Systemd = Extract<Spec, { engine: 'systemd' }>;

function isProcess(spec: Spec): spec is Exclude<Spec, Podman | Systemd> {
  return spec.engine === undefined || spec.engine === 'process';
}

function isPodman(spec: Spec): spec is Podman {
  return spec.engine === 'podman';
}

function isSystemd(spec: Spec): spec is Systemd {
  return spec.engine === 'systemd';
}

function memberOf(engine: Member['engine'], workloads: Workloads, specs: object): Member {
  return { engine, workloads, declared: Object.keys(specs), discovers: false };
}
