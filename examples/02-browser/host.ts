import { toHex } from '@mixun/core/bytes'
import type { SuiteId } from '@mixun/core/suite'
import type { Browser, Page } from 'playwright-core'
import type { BlindedQuestion, Finding, PageGlobals } from './messages.ts'
import { Provider } from './provider.ts'

/** What a wicked provider changes on the way. */
export interface Tampering {
  readonly response?: (bytes: Uint8Array) => Uint8Array
  readonly table?: (bytes: Uint8Array) => Uint8Array
}

const ORIGIN = 'http://page.mixun.test'
/** The page's own scripts and no `eval`; WebAssembly for the group kernels. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"

/** Opens the page in the browser, asks about one number and returns what the page found. */
export async function askInBrowser(
  browser: Browser,
  script: string,
  inquiry: { readonly suite: SuiteId; readonly idNumber: string; readonly tampering?: Tampering },
): Promise<Finding> {
  const { suite, idNumber, tampering = {} } = inquiry
  const provider = new Provider(suite)
  const question = provider.question(idNumber)
  const { tableBytes } = provider
  return await runInBrowser(
    browser,
    script,
    page => page.evaluate(each => (globalThis as unknown as PageGlobals).inquire(each), question),
    async page => {
      const body = Buffer.from(tampering.table?.(tableBytes) ?? tableBytes)
      await page.route('**/table', route => route.fulfill({ body }))
      await page.exposeFunction('evaluate', (blinded: BlindedQuestion) => {
        const response = provider.evaluate(question, blinded)
        return toHex(tampering.response?.(response) ?? response)
      })
    },
  )
}

/** Loads a page with this script alone, answered from here without a network. @throws what the page throws */
export async function runInBrowser<T>(
  browser: Browser,
  script: string,
  use: (page: Page) => Promise<T>,
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<T> {
  const page = await browser.newPage()
  try {
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', reject)
      page.on('requestfailed', request => reject(new Error(`the page could not load ${request.url()}`)))
    })
    await page.route('**/*', route => {
      if (route.request().url().endsWith('/page.js')) {
        return route.fulfill({ body: script, contentType: 'text/javascript' })
      }
      const headers = { 'content-security-policy': POLICY }
      const body = '<!doctype html><script type="module" src="/page.js"></script>'
      return route.fulfill({ body, contentType: 'text/html', headers })
    })
    await prepare(page)
    return await Promise.race([page.goto(ORIGIN).then(() => use(page)), failed])
  } finally {
    await page.close()
  }
}
