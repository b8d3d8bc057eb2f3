import { utf8 } from '@mixun/core/bytes'
import { type Measurement, OWN_SIDE } from '../../harness/result.ts'
import { scenario } from '../../harness/scenario.ts'
import type { TimeStepsOptions } from '../../harness/time-steps.ts'
import { mixunOprf } from '../../peers/mixun.ts'
import { NOBLE, nobleOprf } from '../../peers/noble.ts'
import type { SuiteName } from '../../peers/verifiable-oprf.ts'
import { type VoprfTsProvider, voprfTsOprf, voprfTsSide } from '../../peers/voprf-ts.ts'
import { timeExchange } from './exchange.ts'
import { timeConsentBlinding, timeKeywordOt } from './inquiry-steps.ts'
import { checkAgreement, messageSizes, timeBatch, timeSingle } from './suite-steps.ts'

const SUITES: readonly SuiteName[] = ['ristretto255-SHA512', 'P256-SHA256']
const SEED = utf8('thirty-two bytes of a fixed seed')

/** Batches of a side that takes over a minute for one would only show that it is slow. */
const TOO_SLOW_FOR_BATCHES: readonly string[] = [voprfTsSide('sjcl')]

/** Steps of OPRF, consent-bound blinding and keyword OT. */
export const oprfSteps = scenario({
  name: 'oprf-steps',
  summary: 'time of each protocol step, one thread',
  settings: {
    roundMs: { text: 'time for each step in each round, ms', standard: 120, quick: 1 },
    rounds: { text: 'rounds through all steps of a group', standard: 8, quick: 1 },
    batch: { text: 'inputs of a batch under one proof', standard: 100, quick: 3 },
  },
  async run({ settings, progress }) {
    const options = {
      rounds: settings.rounds,
      timeMs: settings.roundMs,
      minRuns: settings.rounds > 1 ? 2 : 1,
    }
    const measurements = []
    progress('one verifiable exchange')
    measurements.push(...(await timeExchanges(options)))
    for (const suite of SUITES) {
      progress(`${suite}: one input`)
      const peers = await peersOf(suite)
      await checkAgreement(peers)
      const single = await timeSingle(suite, peers, options)
      measurements.push(...single, ...(await messageSizes(suite, peers)))
      progress(`${suite}: ${settings.batch} inputs`)
      const inBatches = peers.filter(({ side }) => !TOO_SLOW_FOR_BATCHES.includes(side))
      measurements.push(...(await timeBatch(suite, inBatches, single, { ...options, count: settings.batch })))
    }
    for (const suite of [...SUITES, 'SM2-SM3'] as const) {
      progress(`${suite}: consent-bound blinding and keyword OT`)
      measurements.push(...(await timeConsentBlinding(suite, options)))
      measurements.push(...(await timeKeywordOt(suite, options)))
    }
    return {
      measurements,
      sides: {
        [OWN_SIDE]: 'this repository, @mixun/ot over @mixun/core/group',
        [NOBLE]: 'its RFC 9497 OPRF, plain JavaScript',
        [voprfTsSide('noble')]: 'with its noble provider, over @noble/curves 1.5.0',
        [voprfTsSide('sjcl')]: 'with its default provider, P-256 only',
      },
      notes: [
        'Steps run from bytes to bytes on every side: encoding, and decoding with all checks, are included.',
        'All sides hold the same key and gave the same outputs before anything was timed.',
        'In one verifiable exchange our side also proves ρ and checks that proof, which the scheme of the others has not.',
        'The exchange in SM2-SM3 stands beside theirs in ristretto255-SHA512: neither of them has a suite over SM2.',
        'No published implementation of consent-bound blinding or keyword OT exists to compare with.',
        'A "further element" is (median of the batch − median of one) / (inputs − 1).',
      ],
    }
  },
})

/** Ours in both consortium suites, beside the others in the RFC's suite of the same strength. */
async function timeExchanges(options: TimeStepsOptions): Promise<Measurement[]> {
  const peers = (await peersOf('ristretto255-SHA512')).filter(({ side }) => side !== OWN_SIDE)
  return [
    ...(await timeExchange('ristretto255-SHA512', peers, options)),
    ...(await timeExchange('SM2-SM3', peers, options)),
  ]
}

async function peersOf(suite: SuiteName) {
  const providers: VoprfTsProvider[] = suite === 'P256-SHA256' ? ['noble', 'sjcl'] : ['noble']
  return [
    mixunOprf(suite, SEED),
    nobleOprf(suite, SEED),
    ...(await Promise.all(providers.map(provider => voprfTsOprf(suite, SEED, provider)))),
  ]
}
