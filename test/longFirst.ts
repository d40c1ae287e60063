import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Rooms whose tests start real programs and wait for them, or try thousands of forgeries. */
const LONG = /\/test\/(adapters|agent|cli|fault|flow|image|lab|ledger|wire)\//;

/** Puts what may be long to the front, also where no run before has measured it: a long file that begins last leaves all cores but one idle. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
