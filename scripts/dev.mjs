// Entry of `npm start` and `npm test` on a machine with only Node 20 and npm: installs the workspace when the
// lockfile or the package manager changed, then hands over to pnpm, whose scripts run on Node 24 from npm.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const stampFile = join(root, 'node_modules', '.mixun-install')

function pnpm(args) {
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const result = spawnSync(npx, ['-y', packageManager, ...args], { cwd: root, stdio: 'inherit' })
  if (result.error) {
    console.error(`could not start npx: ${result.error.message}. Install Node.js 20 or later with npm.`)
    return 1
  }
  return result.status ?? 1
}

const stamp = createHash('sha256')
  .update(packageManager)
  .update(readFileSync(join(root, 'pnpm-lock.yaml')))
  .digest('hex')
if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  const status = pnpm(['install', '--frozen-lockfile'])
  if (status !== 0) process.exit(status)
  writeFileSync(stampFile, stamp)
}
const [script, ...rest] = process.argv.slice(2)
if (!script) {
  console.error('usage: node scripts/dev.mjs <script of package.json> [arguments]')
  process.exit(2)
}
process.exit(pnpm(['--silent', 'run', script, ...rest]))
