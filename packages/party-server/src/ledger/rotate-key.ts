import { fail } from '@mixun/core/errors'
import {
  type KeyUse,
  type Payloads,
  proveSigningKey,
  type Registry,
  signEntry,
} from '@mixun/ledger-adapter/ledger'
import { Consortium } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { openAssociationLedger } from '../association/ledger.ts'

/** Key kinds by what the ledger calls their use. */
const KINDS = { signing: 'identity', sealing: 'decryption' } as const

/**
 * Changes a key of this party: makes it, puts it on record, and goes over to it. The older ones stay, for what was
 * signed with them or sealed to them. After a crash, call it again: a key that was made and is not on record is used.
 *
 * @returns the index of the entry; the new key counts for those after it
 * @throws ERR_LEDGER_MEMBER for the association's signing key, which is the trust anchor; ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function rotateKey(home: Home, use: KeyUse): Promise<number> {
  if (home.config.party.role === 'association') return rotateOfAssociation(home, use)
  const consortium = Consortium.open(home)
  try {
    await consortium.sync()
    const { receipt } = await consortium.append('member-key', newKey(home, consortium.registry, use))
    // Until the own copy has it, the old key is the one that this home signs with. The association may cut the session
    // under it meanwhile.
    await consortium.sync().catch(() => consortium.sync())
    return receipt.index
  } finally {
    await consortium.close()
  }
}

async function rotateOfAssociation(home: Home, use: KeyUse): Promise<number> {
  if (use === 'signing') {
    fail('ERR_LEDGER_MEMBER', 'expected the association to keep its signing key, which is the trust anchor')
  }
  const ledger = openAssociationLedger(home)
  try {
    const { registry } = ledger
    const payload = newKey(home, registry, use)
    const { receipt } = await ledger.append(signEntry(home.identity, registry.anchor, 'member-key', payload))
    return receipt.index
  } finally {
    await ledger.close()
  }
}

/** The newest key when it was never on record, as after a crash; else a fresh one. */
function newKey({ keys, identity }: Home, registry: Registry, use: KeyUse): Payloads['member-key'] {
  const { partyId } = identity
  const newest = keys.generations(KINDS[use]).at(-1)
  const isUnused = newest?.publicKey != null && registry.keyHolder(use, newest.publicKey) === undefined
  const generation = (newest?.generation ?? 0) + (isUnused ? 0 : 1)
  if (use === 'signing') {
    const key = isUnused ? keys.openSigningKey(generation) : keys.createSigningKey(generation)
    return { partyId, use, publicKey: key.publicKey, proof: proveSigningKey(registry.anchor, key, partyId) }
  }
  const key = isUnused ? keys.openDecryptionKey(generation) : keys.createDecryptionKey(generation)
  return { partyId, use, publicKey: key.publicKey, proof: key.prove(partyId) }
}
