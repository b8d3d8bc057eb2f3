import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '@mixun/core/errors'
import type { Home } from '@mixun/sdk/home'
import { examineCertificates } from './certificates.ts'
import { examineClock } from './clock.ts'
import { examineDaemon } from './daemon.ts'
import { examineDatabases } from './databases.ts'
import { examineDisk } from './disk.ts'
import { examineFiles } from './files.ts'
import { type CheckName, type Finding, failure, ok, warning } from './finding.ts'
import { examineInstallation } from './installation.ts'
import { examineLedger, type LedgerCopy, openLedgerCopy } from './ledger.ts'
import { examinePartyLog } from './party-log.ts'
import { examinePeers } from './peers.ts'
import { examineRotation } from './rotation.ts'
import { examineTables } from './tables.ts'

export interface ExamineOptions {
  readonly root: string
  /** Opens the home, as a verb does. */
  readonly open: () => Promise<Home>
  readonly now?: number
  readonly onCheck?: (check: CheckName) => void
}

/**
 * Examines one home and everything it depends on, and goes on as far as it can: what needs the keys is left out when
 * they do not open. Changes nothing; dials the other members.
 *
 * @throws ERR_HOME_MISSING when there is no home
 */
export async function examine(options: ExamineOptions): Promise<Finding[]> {
  const { root, now = Date.now(), onCheck = () => {} } = options
  if (!existsSync(join(root, 'config.toml'))) {
    fail('ERR_HOME_MISSING', `expected the file ${join(root, 'config.toml')}`)
  }
  const findings: Finding[] = []
  const examineOne = (check: CheckName, run: () => Finding[]) => {
    onCheck(check)
    findings.push(...run())
  }
  examineOne('installation', examineInstallation)
  examineOne('files', () => examineFiles(root))
  examineOne('disk', () => examineDisk(root))
  examineOne('databases', () => examineDatabases(root))
  onCheck('keys')
  const home = await tryOpen(options, findings)
  if (home === null) return findings
  if (!existsSync(home.paths.anchor)) {
    const what = ['this home has joined no consortium yet', '该主目录尚未加入联盟'] as const
    findings.push(
      warning('certificates', what, [
        'send the request of mixun init to the association (mixun admit), then run mixun join with its answer',
        '请将 mixun init 生成的申请文件交给协会（mixun admit），再用其准入文件执行 mixun join',
      ]),
    )
    return findings
  }
  examineOne('certificates', () => examineCertificates(home, now))
  onCheck('daemon')
  findings.push(...(await examineDaemon(home)))
  await examineConsortium(home, now, findings, onCheck)
  return findings
}

async function examineConsortium(
  home: Home,
  now: number,
  findings: Finding[],
  onCheck: (check: CheckName) => void,
): Promise<void> {
  onCheck('ledger')
  await using copy = await tryLedger(home, findings)
  if (copy !== null) {
    findings.push(...examineLedger(home, copy), ...examineTables(home, copy.registry, now))
    findings.push(...examinePartyLog(home, copy.registry), ...examineRotation(home, copy.registry))
    const own = copy.registry.member(home.identity.partyId)
    // The others know this party by these.
    if (own !== undefined) home.useKeys(own)
  }
  onCheck('peers')
  const peers = await examinePeers(home, copy)
  findings.push(...peers.findings, ...examineClock(peers.answers))
}

async function tryOpen({ open }: ExamineOptions, findings: Finding[]): Promise<Home | null> {
  try {
    const home = await open()
    findings.push(
      home.keys.isProtected
        ? ok('keys', ['the key store opens', '密钥库可打开'])
        : warning(
            'keys',
            ['the keys have no passphrase', '密钥未设口令'],
            ['run mixun passphrase', '请执行 mixun passphrase'],
          ),
    )
    return home
  } catch (error) {
    findings.push(failure('keys', error))
    return null
  }
}

async function tryLedger(home: Home, findings: Finding[]): Promise<LedgerCopy | null> {
  try {
    return await openLedgerCopy(home)
  } catch (error) {
    findings.push(failure('ledger', error))
    return null
  }
}
