import { existsSync } from 'node:fs'
import type { RegistryView } from '@mixun/ledger-adapter/ledger'
import { LedgerMirror } from '@mixun/ledger-adapter/mirror'
import { ledgerAnchor, ledgerVerifiers, requireNoFork } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { openAssociationLedger } from '../association/ledger.ts'
import { PartyLog } from '../stores/party-log.ts'
import { type Finding, failure, ok, problem } from './finding.ts'

/** This party's copy of the ledger, opened for a moment. */
export interface LedgerCopy extends AsyncDisposable {
  readonly size: number
  readonly registry: RegistryView
  /** The last signed checkpoint; null before the first. */
  readonly checkpoint: string | null
  /** Compares what another member shows. @throws ERR_LEDGER_FORK, ERR_LEDGER_CHECKPOINT */
  compare(note: string): void
}

/** Opens the home's copy of the ledger without a connection. @throws ERR_LEDGER_…, ERR_HOME_MISSING before `mixun join` */
export async function openLedgerCopy(home: Home): Promise<LedgerCopy> {
  if (home.config.party.role === 'association') {
    const ledger = openAssociationLedger(home)
    return {
      size: ledger.size,
      registry: ledger.registry,
      checkpoint: ledger.behind === null ? (await ledger.checkpoint()).text : null,
      compare: note => ledger.gossip(note),
      [Symbol.asyncDispose]: () => ledger.close(),
    }
  }
  const anchor = ledgerAnchor(home.anchor())
  const verifiers = ledgerVerifiers(anchor.suite)
  const mirror = LedgerMirror.open({ file: home.paths.ledger, anchor, verifiers })
  return {
    size: mirror.size,
    registry: mirror.registry,
    checkpoint: mirror.checkpoint?.text ?? null,
    compare: note => void mirror.compare(note),
    [Symbol.asyncDispose]: async () => mirror.close(),
  }
}

/** Whether the own copy holds together: no fork on record, nothing lost with a restored backup. */
export function examineLedger(home: Home, copy: LedgerCopy): Finding[] {
  try {
    requireNoFork(home)
  } catch (error) {
    return [failure('ledger', error)]
  }
  if (home.config.party.role === 'association' && copy.checkpoint === null) {
    return [
      problem(
        'ledger',
        [
          'the ledger is smaller than what was signed: it was restored from an old backup',
          '账本小于已签名的检查点：来自旧备份',
        ],
        ['run mixun recover before anything else', '请首先执行 mixun recover'],
      ),
    ]
  }
  const missing = answeredAndMissing(home)
  if (missing > 0) {
    return [
      problem(
        'ledger',
        [
          `${missing} intents that this party answered are not on the ledger as they were signed`,
          `${missing} 个本方已答复的查询意向未按签名内容记入账本`,
        ],
        [
          'findings/intent-*.json convict the sequencer, or with a fill-in the inquirer: show them to the other members',
          '请向其他成员出示 findings/intent-*.json，作为定序方（含补登内容时为查询方）违约的证据',
        ],
      ),
    ]
  }
  return [ok('ledger', [`${copy.size} entries, verified`, `${copy.size} 条记录，已验证`])]
}

function answeredAndMissing({ paths, identity }: Home): number {
  if (!existsSync(paths.partyLog)) return 0
  using log = new PartyLog(paths.partyLog, undefined, identity.suite)
  return log.receipts.alarms().length
}
