// Usage: node examples/02-browser/main.ts. Asks from a page in Chromium, in both suites, and prints what it found.
import { stdout } from 'node:process'
import { SUITE_IDS } from '@mixun/core/suite'
import { bundle } from './bundle.ts'
import { chromiumPath, launchChromium } from './chromium.ts'
import { askInBrowser } from './host.ts'
import { ABSENT, LISTED } from './provider.ts'

const path = chromiumPath()
if (path === undefined)
  throw new Error('no Chromium: install Debian package chromium, or name one in CHROMIUM')
const { code } = await bundle({ file: 'page.ts' })
const browser = await launchChromium(path)
try {
  for (const suite of SUITE_IDS) {
    for (const idNumber of [LISTED, ABSENT]) {
      const finding = await askInBrowser(browser, code, { suite, idNumber })
      stdout.write(`suite ${suite}: ${JSON.stringify(finding)}\n`)
    }
  }
} finally {
  await browser.close()
}
