import { z } from 'zod';

// The engines write the year 1 for "never".
const Moment = z
  .string()
  .nullish()
  .transform((text) => {
    const at = Date.parse(text ?? '');
    return at > 0 ? at : undefined;
  });
const Count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const Words = z
  .union([z.string().transform((word) => [word]), z.array(z.string())])
  .nullish()
  .transform((words) => words ?? []);

/** A container's full id: the only thing that is ever put into an address. */
export const ContainerId = z.string().regex(/^[0-9a-f]{64}$/);

/** The engine's list of containers: as little of it as finds one by its name. */
export const ContainerList = z.array(
  z.object({ Id: ContainerId, Names: z.array(z.string()).nullish(), State: z.string().nullish() }),
);

const HealthResult = z.object({ Start: Moment, End: Moment, ExitCode: Count, Output: z.string().default('') });

const Ports = z
  .record(z.string(), z.array(z.object({ HostIp: z.string().nullish(), HostPort: z.string().nullish() })).nullable())
  .nullish()
  .transform((ports) => ports ?? {});

/** One container in full, as Podman and Docker both tell it. The environment is not among it. Times in ms since 1970. */
export const Container = z.object({
  Id: ContainerId,
  Created: Moment,
  Image: z.string().default(''),
  RestartCount: z.number().nullish(),
  State: z.object({
    Status: z.string(),
    ExitCode: Count,
    OOMKilled: z.boolean().nullish(),
    Error: z.string().nullish(),
    StartedAt: Moment,
    FinishedAt: Moment,
    Health: z.object({ Status: z.string(), FailingStreak: Count, Log: z.array(HealthResult).nullish() }).nullish(),
  }),
  Config: z.object({
    Image: z.string().default(''),
    Tty: z.boolean().default(false),
    Cmd: Words,
    Entrypoint: Words,
    Healthcheck: z
      .object({ Test: z.array(z.string()).nullish(), Interval: Count, Timeout: Count, Retries: Count })
      .nullish(),
  }),
  HostConfig: z.object({
    Memory: Count,
    MemoryReservation: Count,
    MemorySwap: Count,
    NanoCpus: Count,
    CpuQuota: Count,
    CpuPeriod: Count,
    PidsLimit: Count,
    RestartPolicy: z.object({ Name: z.string().default(''), MaximumRetryCount: Count }).nullish(),
    PortBindings: Ports,
  }),
  Mounts: z
    .array(
      z.object({
        Type: z.string().default('mount'),
        Name: z.string().nullish(),
        Source: z.string().nullish(),
        Destination: z.string(),
        RW: z.boolean().default(true),
      }),
    )
    .nullish()
    .transform((mounts) => mounts ?? []),
  NetworkSettings: z.object({ Ports }).nullish(),
});
export type Container = z.infer<typeof Container>;

/** One sample of what a container uses; CPU time in ns since it started. */
export const Sample = z.object({
  read: Moment,
  pids_stats: z.object({ current: z.number().nullish() }).nullish(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z
    .object({
      usage: z.number().nullish(),
      stats: z.object({ inactive_file: z.number().nullish(), total_inactive_file: z.number().nullish() }).nullish(),
    })
    .nullish(),
});
export type Sample = z.infer<typeof Sample>;
