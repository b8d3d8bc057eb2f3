import { join } from 'node:path'
import type { Ledger, LedgerEntry, LedgerReader } from '@mixun/ledger-adapter/ledger'
import { LedgerMirror } from '@mixun/ledger-adapter/mirror'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeOnce } from '../../harness/timing.ts'
import type { MadeConsortium } from './made-ledger.ts'

export interface MirrorOptions {
  readonly folder: string
  readonly consents: number
  readonly inquiries: number
  readonly repetitions: number
}

/** How fast a new member verifies a ledger of consents, and one of whole inquiries; no network. */
export async function measureMirrors(
  consortium: MadeConsortium,
  { folder, consents, inquiries, repetitions }: MirrorOptions,
): Promise<Measurement[]> {
  const plain = Array.from({ length: consents }, () => consortium.consent())
  const whole = Array.from({ length: inquiries }, () => Object.values(consortium.inquiry())).flat()
  const sync = async (name: string, entries: LedgerEntry[]) => {
    const ledger = consortium.open(join(folder, `${name}.db`))
    await ledger.appendMany(consortium.opening())
    await ledger.appendMany(entries)
    const rates = []
    for (let i = 0; i < repetitions; i++) {
      rates.push(
        await syncRate(
          consortium,
          consortium.reader(consortium.inquirer),
          ledger,
          join(folder, `${name}-mirror-${i}.db`),
        ),
      )
    }
    await ledger.close()
    return rates
  }
  const group = 'mirror: verify from the first entry'
  return [
    measurement(group, 'ledger of consents', 'entries/s', await sync('consents', plain)),
    measurement(group, 'ledger of whole inquiries', 'entries/s', await sync('inquiries', whole)),
  ]
}

/** Entries a second of a fresh mirror. */
export async function syncRate(
  { anchor, verifiers }: Pick<MadeConsortium, 'anchor' | 'verifiers'>,
  reader: LedgerReader,
  ledger: Ledger,
  file: string,
): Promise<number> {
  const mirror = LedgerMirror.open({ file, anchor, verifiers, reader })
  const elapsed = await timeOnce(() => mirror.sync(ledger))
  const { size } = mirror
  mirror.close()
  return (size * 1_000) / elapsed
}
