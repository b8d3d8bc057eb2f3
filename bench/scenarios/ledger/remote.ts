import { join } from 'node:path'
import { utf8 } from '@mixun/core/bytes'
import { systemRandom as random } from '@mixun/core/random'
import type { Suite } from '@mixun/core/suite'
import { type Registry, sealEntry, signEntry } from '@mixun/ledger-adapter/ledger'
import { commitSubject } from '@mixun/ot/consent-blinding'
import { oprfSuiteOf } from '@mixun/ot/oprf'
import { Consortium, ledgerAnchor, ledgerVerifiers } from '@mixun/sdk/consortium'
import type { Home } from '@mixun/sdk/home'
import { ASSOCIATION, BenchConsortium } from '../../harness/consortium/consortium.ts'
import { openHome } from '../../harness/consortium/passphrase.ts'
import { cpuMs } from '../../harness/process-usage.ts'
import { type Measurement, measurement } from '../../harness/result.ts'
import { timeEach, timeOnce } from '../../harness/timing.ts'
import { syncRate } from './mirrors.ts'

const FIRM = 'jia'
const DAY_MS = 86_400_000

export interface RemoteOptions {
  readonly suite: Suite
  readonly requests: number
  /** Consents appended before the mirror syncs. */
  readonly entries: number
}

/** A firm's way to the ledger: requests to the association's daemon in a process of its own, over mTLS on loopback. */
export async function measureRemote({ suite, requests, entries }: RemoteOptions): Promise<Measurement[]> {
  await using processes = new BenchConsortium(suite.id)
  await processes.found()
  await processes.join(FIRM)
  const home = openHome(processes.home(FIRM))
  const consortium = Consortium.open(home)
  try {
    const { ledger } = consortium
    await consortium.sync()
    const consent = consents(home, consortium.registry)
    const connecting = await timeOnce(() => ledger.checkpoint())
    const checkpoint = await timeEach(requests, Number, () => ledger.checkpoint())
    const append = await timeEach(requests, consent, entry => ledger.append(entry))

    const association = processes.daemons.get(ASSOCIATION)?.pid as number
    const cpuBefore = cpuMs(association)
    const waiting = Array.from({ length: entries }, consent)
    const elapsed = await timeOnce(() => appendAll(waiting, entry => ledger.append(entry)))
    const cpuPerAppend = (cpuMs(association) - cpuBefore) / entries

    const page = await timeEach(
      requests,
      i => i % 64,
      from => ledger.entries(from, 64),
    )
    const { size } = await ledger.checkpoint()
    const proof = await timeEach(
      requests,
      i => i % size,
      index => ledger.proveInclusion(index, size),
    )
    const balance = await timeEach(requests, Number, () => ledger.balance(FIRM))
    const anchor = ledgerAnchor(home.anchor())
    const mirror = { anchor, verifiers: ledgerVerifiers(suite) }
    const reader = { partyId: FIRM, key: home.decryptionKey }
    const rate = await syncRate(mirror, reader, ledger, join(processes.folder, 'mirror.db'))

    const group = "remote ledger: a firm to the association's daemon, gRPC over mTLS on loopback"
    return [
      measurement(group, 'connect, hello, first checkpoint', 'ms', [connecting]),
      measurement(group, 'checkpoint', 'ms', checkpoint),
      measurement(group, 'append a consent', 'ms', append),
      measurement(group, `append, ${IN_FLIGHT} at once`, 'entries/s', [(entries * 1_000) / elapsed]),
      measurement(group, 'append, CPU of the association', 'ms', [cpuPerAppend]),
      measurement(group, '64 entries', 'ms', page),
      measurement(group, 'inclusion proof and entry, verified', 'ms', proof),
      measurement(group, 'balance', 'ms', balance),
      measurement(group, 'mirror from the first entry', 'entries/s', [rate]),
    ]
  } finally {
    await consortium.close()
  }
}

function consents(home: Home, registry: Registry) {
  const { commitment } = commitSubject(
    oprfSuiteOf(home.identity.suite.id),
    utf8('resident-id:990101199001010006'),
    random,
  )
  return () => {
    const now = Date.now()
    const entry = signEntry(home.identity, registry.anchor, 'consent', {
      consentId: random.bytes(16),
      inquirer: FIRM,
      commitment,
      classes: ['B'],
      purpose: 'credit-granting',
      datasets: [],
      documentDigest: random.bytes(32),
      notBefore: now,
      notAfter: now + DAY_MS,
      maxUses: 1,
    })
    return sealEntry(registry, entry)
  }
}

const IN_FLIGHT = 32

async function appendAll<T>(waiting: T[], append: (entry: T) => Promise<unknown>): Promise<void> {
  const lane = async () => {
    for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) await append(entry)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}
