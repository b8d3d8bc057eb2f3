import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { VERSION } from '../version.ts'
import { type Finding, ok, problem } from './finding.ts'

const OLDEST_NODE = 24
const PACKAGES = {
  core: 'core/errors',
  ot: 'ot/oprf',
  'ledger-adapter': 'ledger-adapter/ledger',
  sdk: 'sdk/home',
}

/** Versions of Node and of the packages, which are released together. */
export function examineInstallation(): Finding[] {
  const findings: Finding[] = []
  const node = process.versions.node
  if (Number.parseInt(node, 10) < OLDEST_NODE) {
    findings.push(
      problem(
        'installation',
        [`Node.js ${node} is older than ${OLDEST_NODE}`, `Node.js ${node} 低于 ${OLDEST_NODE}`],
        [`install Node.js ${OLDEST_NODE} or later`, `请安装 Node.js ${OLDEST_NODE} 或更高版本`],
      ),
    )
  }
  const versions = Object.entries(PACKAGES).map(
    ([name, path]) => [name, versionOf(`@mixun/${path}`)] as const,
  )
  const others = versions.filter(([, found]) => found !== VERSION)
  for (const [name, found] of others) {
    findings.push(
      problem(
        'installation',
        [
          `@mixun/${name} is ${found}, the server is ${VERSION}`,
          `@mixun/${name} 为 ${found}，服务端为 ${VERSION}`,
        ],
        ['install all packages of one version', '请安装同一版本的全部软件包'],
      ),
    )
  }
  if (findings.length > 0) return findings
  return [ok('installation', [`Mixun ${VERSION} on Node.js ${node}`, `Mixun ${VERSION}，Node.js ${node}`])]
}

function versionOf(specifier: string): string {
  const manifest = findPackageJSON(specifier, import.meta.url) as string
  return String((JSON.parse(readFileSync(manifest, 'utf8')) as { version: unknown }).version)
}
