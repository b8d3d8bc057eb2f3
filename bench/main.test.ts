import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatReport } from './harness/report.ts'
import { OWN_SIDE, resultSchema } from './harness/result.ts'

const bench = (...words: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words], { encoding: 'utf8' })

describe('the bench program', () => {
  it('lists every scenario and its settings', () => {
    const { status, stdout } = bench('--list')
    expect(status).toBe(0)
    for (const name of [
      'group-kernels',
      'sm2',
      'oprf-steps',
      'server-evaluation',
      'oblivious-transfer',
      'table-build',
      'okvs',
      'psi',
      'garbling',
      'ledger',
      'check',
      'checks=50',
      'many-firms',
      'load',
      'large-table',
    ]) {
      expect(stdout).toContain(name)
    }
  })

  it('helps with examples', () => {
    expect(bench('--help').stdout).toContain('npm run bench -- --only oprf-steps')
  })

  it('refuses what it does not know and says what it does', () => {
    const { status, stderr } = bench('--only', 'nothing')
    expect(status).toBe(1)
    expect(stderr).toContain('oprf-steps')
    expect(stderr).not.toContain('    at ')
  })

  it('runs oprf-steps in its short mode, with every side agreeing, and stores a valid result', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mixun-bench-test-'))
    try {
      const file = join(folder, 'result.json')
      const { status, stdout, stderr } = bench('--only', 'oprf-steps', '--quick', '--json', '--out', file)
      expect({ status, errors: stderr.includes('Error') }).toEqual({ status: 0, errors: false })
      const result = resultSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
      expect(resultSchema.parse(JSON.parse(stdout))).toEqual(result)
      expect(result).toMatchObject({ scenario: 'oprf-steps', isQuick: true })
      expect(Object.keys(result.sides)).toEqual([
        OWN_SIDE,
        '@noble/curves 2.4.0',
        '@cloudflare/voprf-ts 1.0.0 (noble)',
        '@cloudflare/voprf-ts 1.0.0 (sjcl)',
      ])
      for (const side of Object.keys(result.sides)) {
        expect(result.measurements.some(each => each.side === side)).toBe(true)
      }
      const blinded = result.comparisons.filter(({ name }) => name === 'blind')
      expect(blinded.map(({ group, reference }) => `${group}: ${reference}`)).toEqual([
        'ristretto255-SHA512, one input: @noble/curves 2.4.0',
        'ristretto255-SHA512, one input: @cloudflare/voprf-ts 1.0.0 (noble)',
        'P256-SHA256, one input: @noble/curves 2.4.0',
        'P256-SHA256, one input: @cloudflare/voprf-ts 1.0.0 (noble)',
        'P256-SHA256, one input: @cloudflare/voprf-ts 1.0.0 (sjcl)',
      ])
      const exchanges = result.comparisons.filter(({ group }) => group.includes('exchange'))
      expect(exchanges.map(({ group, reference }) => `${group}: ${reference}`)).toEqual([
        'ristretto255-SHA512, one verifiable exchange: @noble/curves 2.4.0',
        'ristretto255-SHA512, one verifiable exchange: @cloudflare/voprf-ts 1.0.0 (noble)',
        'SM2-SM3, one verifiable exchange: @noble/curves 2.4.0',
        'SM2-SM3, one verifiable exchange: @cloudflare/voprf-ts 1.0.0 (noble)',
      ])
      expect(readFileSync(join(folder, 'result.txt'), 'utf8')).toBe(formatReport(result))
      const sizes = result.measurements.filter(({ unit, group }) => unit === 'bytes' && group.includes('OT'))
      expect(sizes.map(({ samples }) => samples)).toEqual([
        [96],
        [168],
        [250],
        [97],
        [169],
        [250],
        [97],
        [169],
        [250],
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
