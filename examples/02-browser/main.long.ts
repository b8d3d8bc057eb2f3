import { readFileSync } from 'node:fs'
import { type SuiteId, SUITE_IDS } from '@mixun/core/suite'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BROWSER, bundle, gzipBytes } from './bundle.ts'
import { chromiumPath, launchChromium } from './chromium.ts'
import { askInBrowser, runInBrowser } from './host.ts'
import { ABSENT, LISTED } from './provider.ts'

const path = chromiumPath()
const missing = 'no Chromium: install Debian package chromium, or name one in CHROMIUM'
// .ci/run says so once it has installed one: from there on a skipped test is a failed one.
if (path === undefined && process.env['MIXUN_REQUIRE_CHROMIUM'] === '1') throw new Error(missing)
if (path === undefined) process.stderr.write(`skipped: ${missing}\n`)

/** Subpaths that run without Node; scripts/check-layers.ts has the rule. */
function portableSubpaths(): string[] {
  const subpaths = (name: string): string[] => {
    const url = new URL(`../../packages/${name}/package.json`, import.meta.url)
    const { exports } = JSON.parse(readFileSync(url, 'utf8')) as { exports: Record<string, string> }
    return Object.keys(exports).map(subpath => `@mixun/${name}${subpath.slice(1)}`)
  }
  const core = subpaths('core').filter(
    each => !/testing|channel\/(grpc|ws)|compute\/threads|core\/files|package\.json/.test(each),
  )
  const ot = subpaths('ot').filter(each => !/testing|table-files|package\.json/.test(each))
  const ledger = ['ledger', 'points', 'checkpoint'].map(each => `@mixun/ledger-adapter/${each}`)
  return [...core, ...ot, ...ledger, '@mixun/sdk/answers', '@mixun/sdk/audit']
}

const everything = (): string =>
  portableSubpaths()
    .map((subpath, i) => `import * as m${i} from '${subpath}'\nObject.assign(globalThis, { m${i} })`)
    .join('\n')

const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] as number) ^ 1)

describe('a bundle for browsers', () => {
  it('stands alone, whatever portable subpath it imports', async () => {
    expect(portableSubpaths().length).toBeGreaterThan(20)
    expect((await bundle({ text: everything() })).imports).toEqual([])
  })

  it('would import node:crypto under the condition of Node', async () => {
    const { imports } = await bundle({ file: 'page.ts' }, ['node', ...BROWSER])
    expect(imports).toContain('node:crypto')
  })

  it('stays under 110,000 bytes for a few names', async () => {
    const measured = {
      'OPRF client': await gzipBytes(['blind', 'finalize', 'oprfSuiteById'], '@mixun/ot/oprf'),
      'sealed table, opening': await gzipBytes(['SealedTable', 'openSubject'], '@mixun/ot/sealed-table'),
      'evidence of an answer': await gzipBytes(['verifyEvidence'], '@mixun/sdk/audit'),
    }
    process.stdout.write(`gzip bytes: ${JSON.stringify(measured)}\n`)
    for (const bytes of Object.values(measured)) expect(bytes).toBeLessThan(110_000)
  })
})

describe.skipIf(path === undefined)('Chromium', () => {
  let browser: Browser
  let script: string

  beforeAll(async () => {
    browser = await launchChromium(path as string)
    script = (await bundle({ file: 'page.ts' })).code
  })
  afterAll(() => browser?.close())

  describe.each(SUITE_IDS.map(suite => ({ suite })))('asks in suite $suite', ({ suite }) => {
    const ask = (idNumber: string, tampering = {}) =>
      askInBrowser(browser, script, { suite, idNumber, tampering })

    it('and opens the record of a listed subject', async () => {
      const finding = await ask(LISTED)
      expect(finding).toMatchObject({ verdict: 'found', none: 1, receiptOf: 'yi' })
      expect(finding).toMatchObject({
        records: [{ kind: 'contract-due-not-repaid', occurredOn: '2024-05-10', reporter: 'yi' }],
      })
    })

    it('and proves that an absent subject has none', async () => {
      expect(await ask(ABSENT)).toEqual({ verdict: 'clear', records: [], none: 2, receiptOf: 'yi' })
    })

    it('and refuses a forged proof, a forged receipt, another table and garbage', async () => {
      const elementBytes = suite === 'sm' ? 33 : 32
      // Z ‖ c ‖ s ‖ time ‖ signature: a bit in the middle of s, and one of the signature.
      const proof = (bytes: Uint8Array) => flipped(bytes, elementBytes + 32 + 16)
      const receipt = (bytes: Uint8Array) => flipped(bytes, bytes.length - 40)
      const row = (bytes: Uint8Array) => flipped(bytes, bytes.length - 1)
      expect(await ask(LISTED, { response: proof })).toEqual({ code: 'ERR_VERIFY_DLEQ' })
      expect(await ask(LISTED, { response: receipt })).toEqual({ code: 'ERR_VERIFY_SIGNATURE' })
      expect(await ask(LISTED, { table: row })).toEqual({ code: 'ERR_VERIFY_ROOT' })
      const cut = (bytes: Uint8Array) => bytes.subarray(1)
      expect(await ask(LISTED, { response: cut })).toEqual({ code: 'ERR_DECODE_LENGTH' })
    })

    it('and holds a signed session', async () => {
      const { code } = await bundle({ file: 'session-page.ts' })
      const said = await runInBrowser(browser, code, async page =>
        page.evaluate(id => (globalThis as unknown as Converse).converse(id), suite),
      )
      expect(said).toBe('from a page')
    })
  })

  it('loads every portable subpath', async () => {
    const { code } = await bundle({ text: everything() })
    const loaded = await runInBrowser(browser, code, page =>
      page.evaluate(() => Object.keys(globalThis).filter(key => /^m\d+$/.test(key)).length),
    )
    expect(loaded).toBe(portableSubpaths().length)
  })

  it('fails on a bundle that imports node:crypto', async () => {
    const { code } = await bundle({ file: 'page.ts' }, ['node', ...BROWSER])
    await expect(askInBrowser(browser, code, { suite: 'intl', idNumber: LISTED })).rejects.toThrow(
      'node:crypto',
    )
  })
})

interface Converse {
  converse: (suite: SuiteId) => Promise<string>
}
