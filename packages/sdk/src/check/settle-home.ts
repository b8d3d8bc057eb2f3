import { existsSync } from 'node:fs'
import type { Consortium } from '../consortium/consortium.ts'
import { BoughtIntents } from '../store/bought-intents.ts'
import { InquiryStore } from '../store/inquiries.ts'
import { InquiryProgressStore } from '../store/inquiry-progress.ts'
import { openVault } from '../store/open-vault.ts'
import { RequestClaims } from '../store/request-claims.ts'
import { type SettledIntent, settleBought } from './settle-bought.ts'

/**
 * `settleBought` for a firm's daemon, when no client may open the home for days: opens the home's stores for as long
 * as it takes, and none when nothing was bought. Another process that works on a request keeps it.
 *
 * @throws ERR_CHANNEL_… when the association cannot be reached
 */
export async function settleHome(consortium: Consortium): Promise<SettledIntent[]> {
  const { home } = consortium
  const file = home.paths.inquiries
  if (!existsSync(file)) return []
  using bought = new BoughtIntents(file)
  if (bought.open().length === 0) return []
  const vault = openVault(home)
  using inquiries = new InquiryStore(file, vault)
  using progress = new InquiryProgressStore(file, vault)
  using claims = new RequestClaims(file)
  return await settleBought({ consortium, bought, inquiries, progress, claims })
}
