import { referenceGf2, wasmGf2 } from '@mixun/core/gf2'
import { otAdversaryConformance } from './index.ts'

otAdversaryConformance({ name: 'k = 4', parameters: 'softspoken_k4_malicious', makeKernel: wasmGf2 })
otAdversaryConformance({
  name: 'k = 2, reference kernel',
  parameters: 'softspoken_k2_malicious',
  makeKernel: referenceGf2,
})
