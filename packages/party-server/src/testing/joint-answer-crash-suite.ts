import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareBytes } from '@mixun/core/bytes'
import { MixunError } from '@mixun/core/errors'
import type { SuiteId } from '@mixun/core/suite'
import type { RecordedJointIntent } from '@mixun/ledger-adapter/policy'
import { Mixun } from '@mixun/sdk'
import { type JointOf, OVERDUE_DATASET } from '@mixun/sdk/joint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openJointAnswers } from '../stores/open.ts'
import { serveCrashing } from './crashes.ts'
import { foundJointConsortium, jointOnRecord } from './joint-consortium.ts'
import { investor } from './subjects.ts'
import type { TestConsortium } from './test-consortium.ts'
import type { TestParty } from './test-party.ts'

const TIMEOUT_MS = 1_800_000
/** How long a peer may take to find a daemon that is back, in milliseconds. */
const PATIENCE_MS = 30_000
/** Of all firms, and without the one that is killed. */
const [TOTAL, REST] = [1_111n, 111n]

/** How many durability points are left out after each one that is tried. */
export interface AnswerStrides {
  readonly firm: number
  readonly association: number
}

/** Kills the daemons that answer joint queries at the durability points of the stores that they answer from. Called at the top of a test file. */
export function describeJointAnswerCrashes(suiteId: SuiteId, strides: AnswerStrides): void {
  describe(`a party of suite ${suiteId} killed while it answers`, { timeout: TIMEOUT_MS }, () => {
    let consortium: TestConsortium
    let mixun: Mixun
    let folder: string
    let made = 0
    beforeAll(async () => {
      consortium = await foundJointConsortium(suiteId)
      folder = mkdtempSync(join(tmpdir(), 'mixun-answer-crashes-'))
      mixun = await Mixun.open(consortium.firm('jia').root)
    }, TIMEOUT_MS)
    afterAll(async () => {
      await mixun?.close()
      rmSync(folder, { recursive: true, force: true })
      await consortium?.[Symbol.asyncDispose]()
    })

    /** One request under a consent of its own, as often as it is sent. */
    async function newRequest(of: JointOf) {
      const consent = await mixun.consents.register(investor(1), {
        classes: ['B'],
        datasets: [OVERDUE_DATASET],
        purpose: 'credit-granting',
        document: Buffer.from('signed'),
      })
      const requestId = `answer-${made++}`
      const ask = (withoutMissing = false) =>
        mixun.jointQuery(investor(1), { of, consent, requestId, withoutMissing })
      const recorded = () => jointOnRecord(consortium).under(Buffer.from(consent, 'hex'))
      return { ask, recorded }
    }

    /** What comes of it once the daemon that is back is found. */
    async function patiently<T>(action: () => Promise<T>): Promise<T> {
      const until = Date.now() + PATIENCE_MS
      for (;;) {
        try {
          return await action()
        } catch (error) {
          const isAway = error instanceof MixunError && /^ERR_(CHANNEL_|JOINT_MISSING)/.test(error.code)
          if (!isAway || Date.now() > until) throw error
        }
      }
    }

    /** Runs `party` as a process, and again for every `stride`-th of the points that its files of these names passed. */
    async function killEverywhere(
      party: TestParty,
      files: readonly string[],
      stride: number,
      run: (crash: string) => Promise<boolean>,
      first: () => Promise<unknown>,
    ): Promise<number> {
      await party.stop()
      const list = join(folder, `${party.id}-points`)
      const listed = await serveCrashing(party.root, `record:${list}`)
      await patiently(first)
      await listed.stop()
      const points = readFileSync(list, 'utf8').trimEnd().split('\n')
      let killed = 0
      for (const file of files) {
        const own = points.filter(point => point.endsWith(` ${file}`))
        for (let n = 1; n <= own.length; n += stride) {
          try {
            // One that is made ahead, such as a setup, is not made again.
            if (!(await run(`kill:${n}@${file}`))) break
            killed++
          } catch (cause) {
            throw new Error(`killed at ${own[n - 1]}, point ${n} of ${own.length}`, { cause })
          }
        }
      }
      await party.start()
      return killed
    }

    it.each([
      ['waited for', false],
      ['left out, or back in time', true],
    ])(
      'a firm hands out one share of a query at most, of the answer that opened it: %s',
      async (_, isLenient) => {
        const yi = consortium.firm('yi')
        /** What yi holds of each query fits what is on record. */
        const requireOneShare = (queries: readonly RecordedJointIntent[]) => {
          using answers = openJointAnswers(yi.home)
          const handedOut = queries.filter(({ intent }) => answers.isHandedOut(intent.intentId))
          const fitting = handedOut.filter(({ intent, state, ready }) => {
            const kept = answers.find(intent.intentId)
            const receipt = ready.get('yi')
            const isSame =
              kept !== undefined && receipt !== undefined && compareBytes(kept.receipt, receipt) === 0
            return state === 'opened' && isSame
          })
          expect(fitting).toEqual(handedOut)
          const asked = yi.partyLog().filter(({ event }) => event === 'asked')
          const ids = asked.map(({ intentId }) => Buffer.from(intentId ?? []).toString('hex'))
          expect(new Set(ids).size).toBe(ids.length)
        }
        const killed = await killEverywhere(
          yi,
          ['joint.db', 'party-log.db'],
          strides.firm,
          async crash => {
            const { ask, recorded } = await newRequest('overdueFen')
            const { daemon, stop } = await serveCrashing(yi.root, crash)
            const before = await ask(isLenient).then(({ intentId }) => intentId, requireClear)
            await stop()
            requireOneShare(recorded())
            const again = await serveCrashing(yi.root)
            const answer = await patiently(ask)
            await again.stop()
            requireOneShare(recorded())
            const isWithout = answer.without.length > 0
            expect([isWithout ? isLenient : true, answer.reveal()]).toEqual([true, isWithout ? REST : TOTAL])
            expect(before ?? answer.intentId).toBe(answer.intentId)
            expect(recorded().filter(({ state }) => state === 'opened')).toHaveLength(1)
            return daemon.signalCode === 'SIGKILL'
          },
          async () => (await newRequest('overdueFen')).ask(),
        )
        expect(killed).toBeGreaterThan(0)
      },
    )

    it('the association compares once, and its answer comes again', async () => {
      const { association } = consortium
      const newComparison = () => newRequest({ atLeastFen: TOTAL })
      // A consent is registered while the association is up; from then on it may be killed at any point.
      let next = await newComparison()
      const killed = await killEverywhere(
        association,
        ['joint.db'],
        strides.association,
        async crash => {
          const { ask } = next
          const { daemon, stop } = await serveCrashing(association.root, crash)
          await ask().catch(requireClear)
          await stop()
          const again = await serveCrashing(association.root)
          expect((await patiently(ask)).reveal()).toBe(true)
          next = await newComparison()
          await again.stop()
          return daemon.signalCode === 'SIGKILL'
        },
        async () => {
          await next.ask()
          next = await newComparison()
        },
      )
      expect(killed).toBeGreaterThan(0)
    })
  })
}

/** A query that does not come to its end says so by a code. */
function requireClear(error: unknown): undefined {
  if (!(error instanceof MixunError) || error.code === 'ERR_INTERNAL') throw error
}
