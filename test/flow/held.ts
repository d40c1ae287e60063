import type { Fleet } from '../fixtures/fleet.ts';
import { asked, yes } from './question.ts';

/** Ada's yes to a restart of web on alpha, whose work has begun and cannot end before it is released. */
export async function heldRestart(fleet: Fleet) {
  const ada = fleet.chat();
  const question = await asked(ada, '/restart alpha web');
  const release = await fleet.hold('alpha');
  const pressed = ada.press(yes(question));
  await fleet.until('the second start', async () => (await fleet.starts('alpha')) === 2);
  return { ada, question, pressed, release };
}

/** The same, whose hub is killed once the work has begun; the work has not ended when this answers. */
export async function killedAfterYes(fleet: Fleet) {
  const hub = await fleet.hub();
  const { pressed, ...held } = await heldRestart(fleet);
  await hub.kill();
  fleet.forget(hub);
  await pressed.catch(() => {});
  return held;
}
