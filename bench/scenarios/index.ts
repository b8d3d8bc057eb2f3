import type { Scenario } from '../harness/scenario.ts'
import { check } from './check/scenario.ts'
import { garbling } from './garbling/scenario.ts'
import { groupKernels } from './group-kernels/scenario.ts'
import { jointQuery } from './joint-query/scenario.ts'
import { largeTable } from './large-table/scenario.ts'
import { ledger } from './ledger/scenario.ts'
import { load } from './load/scenario.ts'
import { manyFirms } from './many-firms/scenario.ts'
import { obliviousTransfer } from './oblivious-transfer/scenario.ts'
import { okvs } from './okvs/scenario.ts'
import { oprfSteps } from './oprf-steps/scenario.ts'
import { psi } from './psi/scenario.ts'
import { serverEvaluation } from './server-evaluation/scenario.ts'
import { sm2Operations } from './sm2/scenario.ts'
import { tableBuild } from './table-build/scenario.ts'

/** All scenarios, in the order they run. */
export const scenarios: readonly Scenario[] = [
  groupKernels,
  sm2Operations,
  oprfSteps,
  serverEvaluation,
  tableBuild,
  largeTable,
  obliviousTransfer,
  okvs,
  psi,
  garbling,
  jointQuery,
  ledger,
  check,
  manyFirms,
  load,
]
