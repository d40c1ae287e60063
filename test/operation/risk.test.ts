import { expect, test } from 'vitest';
import { covers, Role } from '#src/operation/risk.ts';

const TABLE = {
  viewer: { viewer: true, operator: false, admin: false },
  operator: { viewer: true, operator: true, admin: false },
  admin: { viewer: true, operator: true, admin: true },
};

test('each role includes the ones before it, and no other', () => {
  const found = Object.fromEntries(
    Role.options.map((has) => [has, Object.fromEntries(Role.options.map((needs) => [needs, covers(has, needs)]))]),
  );
  expect(found).toEqual(TABLE);
});
