import { sm2 } from '@mixun/core/group'
import { intl, smSuite } from '@mixun/core/suite'
import { seededRandom } from '@mixun/core/testing'
import {
  encodeJointShare,
  JOINT_QUERY_PROTOCOL,
  JOINT_THRESHOLD_PROTOCOL,
  runJointClient,
  runJointServer,
  runJointThresholdClient,
  runJointThresholdServer,
} from '../joint-query/index.ts'
import { sumOfWords } from '../joint-query/masks.ts'
import { testConsortium, type TestFirm, testQuery } from './joint-query.ts'
import { NOW, type TracedRun } from './traced-run.ts'

/** A session with a provider, of a total with noise, and a comparison of zero values, in either suite. */
export const jointRuns = [intl, smSuite(sm2, seededRandom('joint'))].flatMap((suite): TracedRun[] => {
  const consortium = testConsortium([new Map([['zhang', 700n]]), new Map(), new Map()], suite)
  const { parameters, members, association } = consortium
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
  const common = { suite: suite.id, parameters: parameters.id }
  const { commitment, store, maskKey } = firm.table
  const beforeAnswer = async () => undefined
  return [
    {
      ...common,
      name: `joint query, ${parameters.id}`,
      protocol: JOINT_QUERY_PROTOCOL,
      answering: firm.party,
      client: session =>
        runJointClient(session, {
          query,
          secrets,
          table: { commitment, store },
          setup: firm.setups.receiver,
        }),
      server: session =>
        runJointServer(session, {
          query,
          table: { commitment, key: firm.key, maskKey },
          masks: firm.masks,
          members,
          beforeAnswer,
          setup: () => firm.setups.sender,
          now: () => NOW,
        }),
    },
    {
      ...common,
      name: `comparison of a joint query, ${parameters.id}`,
      protocol: JOINT_THRESHOLD_PROTOCOL,
      answering: 'association',
      client: session =>
        runJointThresholdClient(session, {
          query: compared.query,
          values,
          shares,
          setup: association.setups.receiver,
        }),
      server: session =>
        runJointThresholdServer(session, {
          query: compared.query,
          masks: association.masks,
          members,
          beforeAnswer,
          setup: () => association.setups.sender,
          now: () => NOW,
        }),
    },
  ]
})
