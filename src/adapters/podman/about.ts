import { formatDuration } from '#src/kit/duration.ts';
import { count } from '#src/kit/text.ts';
import type { Inspection } from '#src/operation/tools.ts';
import { healthCheckOf } from './health.ts';
import type { Container } from './shapes.ts';

/**
 * How a container was made and what it touches of the machine. The environment is never read.
 * Arguments, and what its health check runs, are counted or left out: somebody may have written a password there.
 */
export function aboutContainer(container: Container): Inspection['about'] {
  const { Id, Image, Config, Created, Mounts } = container;
  const facts = [
    { label: 'Container', value: Id.slice(0, 12) },
    { label: 'Image', value: [Config.Image, shortDigest(Image)].filter(Boolean).join(' ') },
    { label: 'Command', value: commandOf(container) },
    { label: 'Created', value: Created === undefined ? '' : new Date(Created).toISOString() },
    { label: 'Ports', value: portsOf(container).join(', ') },
    ...Mounts.map((mount) => ({ label: 'Mount', value: describeMount(mount) })),
    { label: 'Restart policy', value: restartPolicyOf(container) },
    { label: 'Health check', value: healthFigures(container) },
  ];
  return facts.filter(({ value }) => value !== '');
}

function shortDigest(image: string): string {
  const id = image.replace(/^sha256:/, '').slice(0, 12);
  return id ? `(${id})` : '';
}

function commandOf({ Config }: Container): string {
  const [program, ...argv] = [...Config.Entrypoint, ...Config.Cmd];
  if (program === undefined) return '';
  return argv.length === 0 ? program : `${program} with ${count(argv.length, 'argument')}`;
}

function portsOf({ NetworkSettings, HostConfig }: Container): string[] {
  const seen = NetworkSettings?.Ports ?? {};
  const ports = Object.keys(seen).length > 0 ? seen : HostConfig.PortBindings;
  return Object.entries(ports).flatMap(([inside, bindings]) => {
    if (!bindings || bindings.length === 0) return [`${inside}, not published`];
    return bindings.map(({ HostIp, HostPort }) => `${hostOf(HostIp)}:${HostPort} -> ${inside}`);
  });
}

function hostOf(address: string | null | undefined): string {
  if (!address) return '*';
  return address.includes(':') ? `[${address}]` : address;
}

function describeMount({ Type, Name, Source, Destination, RW }: Container['Mounts'][number]): string {
  const from = Type === 'volume' ? (Name ?? Source) : Source;
  return `${Type} ${from ? `${from} -> ` : ''}${Destination}, ${RW ? 'read and write' : 'read only'}`;
}

function restartPolicyOf({ HostConfig }: Container): string {
  const { Name = '', MaximumRetryCount = 0 } = HostConfig.RestartPolicy ?? {};
  return `${Name || 'no'}${MaximumRetryCount > 0 ? `, at most ${MaximumRetryCount} times` : ''}`;
}

function healthFigures(container: Container): string {
  const check = healthCheckOf(container);
  if (!check) return 'none';
  const failing = container.State.Health?.FailingStreak ?? 0;
  const figures = `every ${formatDuration(check.intervalMs)}, within ${formatDuration(check.timeoutMs)}, unhealthy after ${check.retries}`;
  return failing > 0 ? `${figures}; ${failing} failed in a row` : figures;
}
