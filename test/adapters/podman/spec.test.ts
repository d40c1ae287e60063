import { expect, test } from 'vitest';
import { PodmanSpec } from '#src/adapters/podman/spec.ts';

test('a name is enough', () => {
  expect(PodmanSpec.parse({ engine: 'podman' })).toEqual({
    engine: 'podman',
    startTimeout: 60_000,
    stopTimeout: 10_000,
  });
});

test.each(['../secrets', 'a/b', '--privileged', '', 'a b'])('"%s" is not the name of a container', (container) => {
  expect(PodmanSpec.safeParse({ engine: 'podman', container }).success).toBe(false);
});

test('what it does not know is refused', () => {
  expect(PodmanSpec.safeParse({ engine: 'podman', image: 'nginx' }).success).toBe(false);
});
