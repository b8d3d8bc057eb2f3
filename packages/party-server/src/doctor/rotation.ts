import { compareBytes } from '@mixun/core/bytes'
import { KEY_USES, type KeyUse, type RegistryView } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { type Finding, problem, warning } from './finding.ts'

const KINDS = { signing: 'identity', sealing: 'decryption' } as const
const CHINESE = { signing: '签名', sealing: '密封' } as const

/** Whether this home has the keys that the ledger has on record for it, and no rotation was left half done. */
export function examineRotation(home: Home, registry: RegistryView): Finding[] {
  const member = registry.member(home.identity.partyId)
  if (member === undefined) return []
  return KEY_USES.flatMap(use =>
    examineUse(home, registry, use, use === 'signing' ? member.signingKey : member.encryptionKey),
  )
}

function examineUse(home: Home, registry: RegistryView, use: KeyUse, recorded: Uint8Array): Finding[] {
  const keys = home.keys.generations(KINDS[use])
  if (!keys.some(({ publicKey }) => publicKey !== null && compareBytes(publicKey, recorded) === 0)) {
    return [
      problem(
        'keys',
        [
          `the ${use} key that the ledger has on record is not in this home`,
          `账本所登记的${CHINESE[use]}密钥不在本主目录中`,
        ],
        ['restore keys/ from a backup, or ask the association', '请从备份恢复 keys/，或联系协会'],
      ),
    ]
  }
  const newest = keys.at(-1)?.publicKey ?? recorded
  if (registry.keyHolder(use, newest) !== undefined) return []
  return [
    warning(
      'keys',
      [`a new ${use} key was made and is not on record`, `已生成新的${CHINESE[use]}密钥，但尚未登记`],
      [`finish the rotation: mixun rotate-key ${use}`, `请完成更换：mixun rotate-key ${use}`],
    ),
  ]
}
