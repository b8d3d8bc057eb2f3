import { readFileSync } from 'node:fs'
import { toHex } from '@mixun/core/bytes'
import { fail, MixunError } from '@mixun/core/errors'
import { signEntry, type TableName } from '@mixun/ledger-adapter/ledger'
import { SAMPLED_LEAVES } from '@mixun/ot/sealed-table'
import { verifyLeafSamples } from '@mixun/sdk/audit'
import { Connections } from '@mixun/sdk/consortium'
import { type Home, writeSecretFile } from '@mixun/sdk/home'
import { openVault } from '@mixun/sdk/store'
import { LEAF_SAMPLING_PARAMETERS, LEAF_SAMPLING_PROTOCOL } from '../daemon/leaf-sampling.ts'
import { openAssociationLedger } from './ledger.ts'

/** What a sample found. */
export interface SampleResult extends TableName {
  readonly leaves: number
  /** Null when all leaves opened; otherwise what did not hold. */
  readonly code: string | null
  readonly ledgerIndex: number
}

/** Codes of an answer that convicts its signer; any other failure is no answer. */
const CONVICTING = new Set(['ERR_VERIFY_DLEQ', 'ERR_VERIFY_ROW', 'ERR_VERIFY_OPEN'])

/**
 * Draws leaves of an epoch that is over from the current checkpoint, has its provider open them, and puts the result on
 * the ledger. A signed answer that does not hold is kept in the findings.
 *
 * @throws ERR_HOME_ROLE, ERR_TABLE_UNAVAILABLE, ERR_PEER_REFUSED, ERR_CHANNEL_…, ERR_VERIFY_SIGNATURE, ERR_EPOCH_STALE
 */
export async function sampleLeaves(
  home: Home,
  { provider, class: name, epoch }: TableName,
): Promise<SampleResult> {
  const ledger = openAssociationLedger(home)
  const connections = new Connections(home)
  try {
    const { registry } = ledger
    const table = registry.table(provider, name, epoch)
    const member = registry.member(provider)
    if (table === undefined || member?.address == null) {
      return fail('ERR_TABLE_UNAVAILABLE', `${provider} serves no table of class ${name}, epoch ${epoch}`)
    }
    const { text: checkpoint, size: treeSize } = await ledger.checkpoint()
    const endpoint = { partyId: provider, publicKey: member.signingKey, address: member.address }
    const session = await connections.openSession(endpoint, {
      protocol: LEAF_SAMPLING_PROTOCOL,
      parameters: LEAF_SAMPLING_PARAMETERS,
      dataset: { provider, class: name, epoch },
      checkpoint,
    })
    const answer = await session.receive()
    await session.close()
    const { suite } = registry.anchor
    const answerDigest = suite.hash(answer)
    const code = judge(() => verifyLeafSamples(registry, table, checkpoint, answer))
    if (code !== null) keepFinding(home, toHex(answerDigest), answer)
    const result = { provider, class: name, epoch, leaves: SAMPLED_LEAVES, code }
    const payload = { ...result, version: table.version, treeSize, answerDigest }
    const { receipt } = await ledger.append(signEntry(home.identity, registry.anchor, 'leaf-sample', payload))
    return { ...result, ledgerIndex: receipt.index }
  } finally {
    connections.close()
    await ledger.close()
  }
}

/** It names subjects: sealed, as everything at rest that does. */
function keepFinding(home: Home, digest: string, answer: Uint8Array): void {
  const sealed = openVault(home).seal(`leaf-finding/${digest}`, answer)
  writeSecretFile(home.paths.leafFinding(digest), sealed)
}

/** A signed answer that did not hold. Secret. @throws ERR_VERIFY_OPEN */
export function readLeafFinding(home: Home, digest: string): Uint8Array {
  return openVault(home).open(`leaf-finding/${digest}`, readFileSync(home.paths.leafFinding(digest)))
}

function judge(check: () => void): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof MixunError && CONVICTING.has(error.code)) return error.code
    throw error
  }
}
