import { Refusal } from './refusal.ts';

interface Version {
  created_time: string;
  deletion_time: string;
  destroyed: boolean;
  data: Record<string, unknown> | null;
}

/** A kv version 2 engine: what stands at a path, version by version. */
export function createSecrets(now: () => number) {
  const paths = new Map<string, Version[]>();
  const at = () => new Date(now()).toISOString();
  const versionsOf = (path: string): Version[] => {
    const versions = paths.get(path);
    if (!versions) throw new Refusal(404);
    return versions;
  };
  const metadataOf = (version: Version, number: number) => ({
    ...{ created_time: version.created_time, custom_metadata: null, deletion_time: version.deletion_time },
    ...{ destroyed: version.destroyed, version: number },
  });

  return {
    put(path: string, data: Record<string, unknown>) {
      const version = { created_time: at(), deletion_time: '', destroyed: false, data };
      const versions = [...(paths.get(path) ?? []), version];
      paths.set(path, versions);
      return metadataOf(version, versions.length);
    },
    /** The newest version, or that of a number; a deleted one is a 404 that still has its metadata. */
    get(path: string, wanted: number | undefined): { status: 200 | 404; data: unknown } {
      const versions = versionsOf(path);
      const number = wanted || versions.length;
      const version = versions[number - 1];
      if (!version) throw new Refusal(404);
      const gone = version.deletion_time !== '' || version.destroyed;
      return {
        status: gone ? 404 : 200,
        data: { data: gone ? null : version.data, metadata: metadataOf(version, number) },
      };
    },
    /** Deletes the newest version. */
    remove(path: string): void {
      const newest = versionsOf(path).at(-1);
      if (newest) newest.deletion_time = at();
    },
    metadata(path: string) {
      const versions = versionsOf(path);
      const each = versions.map((version, index) => {
        const { created_time, deletion_time, destroyed } = version;
        return [String(index + 1), { created_time, deletion_time, destroyed }];
      });
      return {
        ...{ cas_required: false, created_time: versions[0]?.created_time, current_version: versions.length },
        ...{ custom_metadata: null, delete_version_after: '0s', max_versions: 0, oldest_version: 0 },
        ...{ updated_time: versions.at(-1)?.created_time, versions: Object.fromEntries(each) },
      };
    },
    list(folder: string): { keys: string[] } {
      const prefix = folder === '' ? '' : `${folder.replace(/\/$/, '')}/`;
      const below = [...paths.keys()].filter((path) => path.startsWith(prefix));
      if (below.length === 0) throw new Refusal(404);
      const names = below.map((path) => path.slice(prefix.length).replace(/\/.*/, '/'));
      return { keys: [...new Set(names)].sort() };
    },
  };
}
export type Secrets = ReturnType<typeof createSecrets>;
