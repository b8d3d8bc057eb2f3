import { threadPool } from '@mixun/core/compute/threads'
import { wipe } from '@mixun/core/bytes'
import { fail } from '@mixun/core/errors'
import { systemRandom } from '@mixun/core/random'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import {
  buildJointTable,
  encodeJointTable,
  evaluateSubjectsInPool,
  jointTableCommitmentCodec,
  jointTableTasks,
} from '@mixun/ot/joint-table'
import { encodeSecretKey, generateKeyPair, oprfSuiteOf } from '@mixun/ot/oprf'
import { type Home, writeFileDurably } from '@mixun/sdk/home'
import { openLedgerAccess } from '../ledger/access.ts'
import { lockPublishing } from '../publish/lock.ts'
import { openJointBooks } from '../stores/open.ts'

/** Subjects evaluated at a time. */
const BATCH = 16_384
const MAX_AMOUNT = 2n ** 63n - 1n

/** One line of what `mixun joint-book publish` did. */
export interface JointPublication {
  readonly dataset: string
  readonly version: number
  readonly subjects: number
  /** Subjects that the table shows room for. */
  readonly capacity: number
  readonly bytes: number
  readonly ledgerIndex: number
}

/** What is told of a long encoding. */
export interface JointPublishOptions {
  readonly onSync?: (done: number, total: number) => void
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Encodes the newest approved book of a data set whole, under fresh keys, and commits to it: secrets and table are durable
 * before the entry, and what never got on the ledger is made anew.
 *
 * @throws ERR_PUBLISH_UNREVIEWED without an approved book, ERR_PUBLISH_BUSY, ERR_INPUT_RANGE for a sum beyond 2^63,
 * ERR_OKVS_ENCODE, ERR_LEDGER_…, ERR_CHANNEL_…
 */
export async function publishJoint(
  home: Home,
  dataset: string,
  options: JointPublishOptions = {},
): Promise<JointPublication> {
  home.requireRole('firm')
  using _lock = lockPublishing(home)
  using books = openJointBooks(home)
  const book = books.approved(dataset)
  if (book === undefined) {
    return fail('ERR_PUBLISH_UNREVIEWED', `there is no approved book of data set ${dataset}`)
  }
  await using access = await openLedgerAccess(home, options.onSync)
  const { identity } = home
  const provider = identity.partyId
  const version = access.registry.policy.joint.newestVersion(provider) + 1
  const amounts = new Map<string, bigint>()
  for (const { subject, amount } of books.lines(book.id)) {
    const input = Buffer.from(subject.encode()).toString('latin1')
    const sum = (amounts.get(input) ?? 0n) + amount
    if (sum > MAX_AMOUNT)
      fail('ERR_INPUT_RANGE', `book ${book.id}: expected amounts of a subject below 2^63 fen`)
    amounts.set(input, sum)
  }
  const oprf = oprfSuiteOf(identity.suite.id)
  const key = generateKeyPair(oprf, systemRandom)
  const subjects = [...amounts.keys()].map(input => Uint8Array.from(Buffer.from(input, 'latin1')))
  const threads = home.config.limits.publishThreads
  await using compute = threadPool({ modules: [jointTableTasks], ...(threads === 0 ? {} : { threads }) })
  const outputs: Uint8Array[] = []
  for (let at = 0; at < subjects.length; at += BATCH) {
    outputs.push(...(await evaluateSubjectsInPool(compute, oprf, key, subjects.slice(at, at + BATCH))))
    options.onProgress?.(outputs.length, subjects.length)
  }
  const sums = [...amounts.values()]
  const entries = outputs.map((output, i) => ({ output, amount: sums[i] as bigint }))
  const id = { provider, dataset, version }
  const built = buildJointTable({ id, suite: identity.suite, oprf, key, entries, random: systemRandom })
  const { commitment, maskKey, maskSalt, store } = built
  const secretKey = encodeSecretKey(oprf, key)
  // Those of an attempt that never got on the ledger go.
  home.keys.destroyJointKeys(version)
  home.keys.createJointKeys(version, { secretKey, maskKey, maskSalt })
  wipe(secretKey, maskKey, maskSalt, ...outputs, ...subjects)
  const bytes = encodeJointTable(store)
  writeFileDurably(home.paths.jointTable(provider, version), bytes)
  const payload = {
    ...id,
    oprf: commitment.oprf,
    parameters: commitment.parameters,
    publicKey: commitment.publicKey,
    commitment: jointTableCommitmentCodec.encode(commitment),
  }
  const { receipt } = await access.ledger.append(
    signEntry(identity, access.registry.anchor, 'joint-table', payload),
  )
  const { capacity } = commitment
  return {
    dataset,
    version,
    subjects: subjects.length,
    capacity,
    bytes: bytes.length,
    ledgerIndex: receipt.index,
  }
}
