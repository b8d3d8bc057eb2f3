import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Tests that take longest: one that starts last would run alone. */
const LONGEST = [
  'examples/01-default-check/main.test.ts',
  'packages/party-server/src/cli/crashes.test.ts',
  'packages/party-server/src/daemon/joint-query.test.ts',
  'packages/party-server/src/daemon/missing-party.test.ts',
  'packages/party-server/src/daemon/canary.test.ts',
]

/** Vitest's own order, which knows earlier runs of this machine only, but for the longest. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONGEST.findIndex(file => moduleId.endsWith(file))
      return place < 0 ? LONGEST.length : place
    }
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rank(a) - rank(b))
  }
}
