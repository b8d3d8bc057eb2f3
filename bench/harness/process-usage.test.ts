import { platform } from 'node:os'
import { describe, expect, it } from 'vitest'
import { cpuMs, memoryMiB } from './process-usage.ts'

describe.skipIf(platform() !== 'linux')('usage of a process', () => {
  it('is its CPU time so far, as the process itself sees it', () => {
    const { user, system } = process.cpuUsage()
    expect(cpuMs(process.pid)).toBeGreaterThan(0)
    expect(Math.abs(cpuMs(process.pid) - (user + system) / 1_000)).toBeLessThan(1_000)
  })

  it('is its memory now and at its peak', () => {
    const { now, peak } = memoryMiB(process.pid)
    expect(now).toBeGreaterThan(10)
    expect(peak).toBeGreaterThanOrEqual(now)
  })

  it('is not to be had of a process that is not there', () => {
    expect(() => cpuMs(2 ** 22 + 1)).toThrow('ENOENT')
  })
})
