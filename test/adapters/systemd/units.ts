import type { z } from 'zod';
import type { Command } from '#src/adapters/command.ts';
import { SystemdSpec } from '#src/adapters/systemd/spec.ts';
import { createSystemdWorkloads } from '#src/adapters/systemd/workloads.ts';
import type { Workloads } from '#src/operation/tools.ts';
import type { Instance } from '../../fixtures/incus/instance.ts';

/** Units as a configuration file declares them, without the engine. */
export type Specs = Record<string, Omit<z.input<typeof SystemdSpec>, 'engine'>>;

/** Workloads under the systemd that `command` reaches. A machine of the lab has an address of its own, so health checks are not held to the loopback. */
export function makeUnits(specs: Specs, command: Command, now?: () => number, errand = command): Workloads {
  const parsed = Object.entries(specs).map(([name, { health, ...spec }]) => {
    const declared = SystemdSpec.parse({ engine: 'systemd', ...spec });
    return [name, health === undefined ? declared : { ...declared, health }] as const;
  });
  const silent = { info() {}, warn() {}, error() {} };
  return createSystemdWorkloads({
    specs: Object.fromEntries(parsed),
    command,
    errand,
    log: silent,
    ...(now === undefined ? {} : { now }),
  });
}

/** Writes unit files into a machine, of the system or of root's own systemd, and makes it read them. */
export async function install(machine: Instance, units: Record<string, string>, folder = 'system'): Promise<void> {
  const files = Object.entries(units);
  await Promise.all(files.map(([name, text]) => machine.push({ text }, `/etc/systemd/${folder}/${name}`)));
  if (folder === 'system') await machine.exec(['systemctl', 'daemon-reload']);
}
