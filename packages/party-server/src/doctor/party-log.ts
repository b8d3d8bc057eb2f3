import { existsSync } from 'node:fs'
import type { RegistryView } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { PartyLog } from '../stores/party-log.ts'
import { type Finding, ok, problem } from './finding.ts'

/** Whether this firm still has the log of what it answered, as far as the ledger holds it to that. */
export function examinePartyLog({ paths, identity }: Home, registry: RegistryView): Finding[] {
  const anchored = registry.partyLog(identity.partyId)
  // Opening it would make one.
  if (!existsSync(paths.partyLog)) return anchored === undefined ? [] : [lost(anchored.size, 0)]
  using log = new PartyLog(paths.partyLog, undefined, identity.suite)
  const { size } = log.tree
  if (anchored === undefined) {
    return [ok('party-log', [`${size} entries, none on the ledger yet`, `${size} 条，尚未锚定到账本`])]
  }
  if (!log.continues(anchored)) return [lost(anchored.size, size)]
  const what = [
    `${size} entries, ${anchored.size} held by the ledger`,
    `${size} 条，已锚定 ${anchored.size} 条`,
  ] as const
  return [ok('party-log', what)]
}

function lost(anchored: number, size: number): Finding {
  return problem(
    'party-log',
    [
      `the ledger holds ${anchored} entries of the party log that this home (${size} entries) does not have: it was lost, or restored from an old backup`,
      `账本已锚定机构日志 ${anchored} 条，与本主目录现有日志（${size} 条）不符：日志丢失或来自旧备份`,
    ],
    [
      'stop the daemon and restore the newest data/party-log.db; if there is none, run mixun request-log-reset and send the file to the association',
      '请停止守护进程并恢复最新的 data/party-log.db；若无，请执行 mixun request-log-reset 并将申请文件交给协会',
    ],
  )
}
