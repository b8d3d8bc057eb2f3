import { sm2 } from '@mixun/core/group'
import { intl, type Suite, smSuite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import {
  encodeJointShare,
  JOINT_QUERY_PROTOCOL,
  JOINT_THRESHOLD_PROTOCOL,
  jointQueryParametersOf,
  runJointClient,
  runJointServer,
  runJointThresholdClient,
  runJointThresholdServer,
} from '../joint-query/index.ts'
import { sumOfWords } from '../joint-query/masks.ts'
import { testConsortium, type TestFirm, testQuery } from './joint-query.ts'
import { NOW, type TracedRun } from './traced-run.ts'

/** What the traced sessions in a suite work with. */
function partsOf(suite: Suite) {
  const consortium = testConsortium([new Map([['zhang', 700n]]), new Map(), new Map()], suite)
  const { members, association } = consortium
  const [firm] = consortium.firms as [TestFirm]
  const { query, secrets } = testQuery(consortium, 'zhang', { noise: { scale: 1_000 } })
  const compared = testQuery(consortium, 'zhang', { output: { kind: 'atLeastFen', threshold: 700n } })
  const values = consortium.firms.map(({ party }) => ({ provider: party, value: 0n }))
  const shares = new Map(
    consortium.firms.map(({ party, masks }) => {
      const words = masks.wordsFor(compared.query.statement, members)
      return [party, encodeJointShare(sumOfWords(compared.query.statement, party, words))]
    }),
  )
  return { members, association, firm, query, secrets, compared, values, shares }
}

/** A session with a provider, of a total with noise, and a comparison of zero values, in either suite. */
export const jointRuns = [intl, smSuite(sm2, seededRandom('joint'))].flatMap((suite): TracedRun[] => {
  const parameters = jointQueryParametersOf(suite.id)
  // Made by the run that is first, for who imports these runs may want none of them.
  let made: ReturnType<typeof partsOf> | undefined
  const parts = () => (made ??= partsOf(suite))
  const common = { suite: suite.id, parameters: parameters.id }
  const beforeAnswer = async () => undefined
  return [
    {
      ...common,
      name: `joint query, ${parameters.id}`,
      protocol: JOINT_QUERY_PROTOCOL,
      answering: 'firm-0000',
      client: session => {
        const { query, secrets, firm } = parts()
        const { commitment, store } = firm.table
        const table = { commitment, store }
        return runJointClient(session, { query, secrets, table, setup: firm.setups.receiver })
      },
      server: session => {
        const { query, firm, members } = parts()
        const { commitment, maskKey } = firm.table
        return runJointServer(session, {
          query,
          table: { commitment, key: firm.key, maskKey },
          masks: firm.masks,
          members,
          beforeAnswer,
          setup: () => firm.setups.sender,
          now: () => NOW,
        })
      },
    },
    {
      ...common,
      name: `comparison of a joint query, ${parameters.id}`,
      protocol: JOINT_THRESHOLD_PROTOCOL,
      answering: 'association',
      client: session => {
        const { compared, values, shares, association } = parts()
        const setup = association.setups.receiver
        return runJointThresholdClient(session, { query: compared.query, values, shares, setup })
      },
      server: session => {
        const { compared, association, members } = parts()
        return runJointThresholdServer(session, {
          query: compared.query,
          masks: association.masks,
          members,
          beforeAnswer,
          setup: () => association.setups.sender,
          now: () => NOW,
        })
      },
    },
  ]
})
