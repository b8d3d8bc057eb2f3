import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of this machine: `CHROMIUM` in the environment, or where distributions put it. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM']
  return named === undefined || named === '' ? PATHS.find(existsSync) : named
}

/** Starts it without a window and with a profile of its own, which goes with it. */
export function launchChromium(executablePath: string): Promise<Browser> {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync'].map(name => `--disable-${name}`)
  // Root cannot have the sandbox; a container has no other user.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const args = ['--disable-gpu', '--no-first-run', ...quiet, ...sandbox]
  return chromium.launch({ executablePath, headless: true, args })
}
