import { expect, it, vi } from 'vitest'
import { runtime } from '#runtime'
import { suiteCompliance } from '../testing/suite-compliance.ts'
import { intl, sm } from './index.ts'

// What a browser runs: both suites over the portable runtime.
vi.mock('#runtime', () => import('../runtime/portable.ts'))

it('runs on the portable runtime', () => {
  expect(runtime.name).toBe('portable')
})

suiteCompliance(intl)
suiteCompliance(sm)
