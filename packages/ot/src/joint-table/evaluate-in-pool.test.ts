import { concat, toHex, utf8 } from '@mixun/core/bytes'
import { inlinePool } from '@mixun/core/compute'
import { threadPool } from '@mixun/core/compute/threads'
import { expectCodeAsync, seededRandom } from '@mixun/core/testing'
import { expect, it } from 'vitest'
import { evaluateInputs, generateKeyPair, oprfSuiteOf } from '../oprf/index.ts'
import { evaluateSubjectsInPool, jointTableTasks } from './index.ts'
import { encodeSubjects, evaluateSubjectsTask } from './tasks.ts'

it.each(['intl', 'sm'] as const)('a pool evaluates subjects as one thread does, suite %s', async suite => {
  const oprf = oprfSuiteOf(suite)
  const key = generateKeyPair(oprf, seededRandom('pool'))
  const inputs = Array.from({ length: 300 }, (_, i) => utf8(`subject ${i}`))
  const expected = evaluateInputs(oprf, 'voprf', key.secretKey, inputs).map(toHex)
  await using threads = threadPool({ modules: [jointTableTasks], threads: 2 })
  expect((await evaluateSubjectsInPool(threads, oprf, key, inputs)).map(toHex)).toEqual(expected)
  await using inline = inlinePool({ modules: [jointTableTasks] })
  expect((await evaluateSubjectsInPool(inline, oprf, key, inputs.slice(0, 2))).map(toHex)).toEqual(
    expected.slice(0, 2),
  )
  expect(await evaluateSubjectsInPool(inline, oprf, key, [])).toEqual([])
  const some = evaluateSubjectsTask(encodeSubjects(oprf, key, inputs.slice(0, 2)))
  expect(toHex(some)).toBe(toHex(concat(...evaluateInputs(oprf, 'voprf', key.secretKey, inputs.slice(0, 2)))))
  const short = { ...inline, concurrency: 1, run: async () => new Uint8Array(oprf.hashBytes) }
  await expectCodeAsync('ERR_COMPUTE_RESULT', evaluateSubjectsInPool(short, oprf, key, inputs.slice(0, 2)))
})
