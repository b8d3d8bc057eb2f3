import { wipe } from '@mixun/core/bytes'
import type { Home } from '../home/index.ts'
import { Vault } from './vault.ts'

/** The vault of a home's local stores. @throws ERR_KEY_FILE */
export function openVault({ identity, keys }: Home): Vault {
  const storeKey = keys.openSecret('store')
  try {
    return new Vault(identity.suite, storeKey)
  } finally {
    wipe(storeKey)
  }
}
