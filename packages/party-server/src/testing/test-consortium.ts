import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromHex } from '@mixun/core/bytes'
import type { SuiteId } from '@mixun/core/suite'
import { signEntry } from '@mixun/ledger-adapter/ledger'
import type { PointsRules } from '@mixun/ledger-adapter/points'
import { WEB_SOCKET_SCHEME } from '@mixun/sdk/consortium'
import { DEFAULT_LIMITS, type HomeConfig, type PublishingRules } from '@mixun/sdk/home'
import { admitMember, DEFAULT_POINTS_RULES, foundConsortium } from '../association/found.ts'
import { openAssociationLedger } from '../association/ledger.ts'
import { createMemberHome, joinConsortium } from '../certificates/index.ts'
import { parseListen } from '../cli/options.ts'
import { freePort } from './free-port.ts'
import { CHECKER, MAKER, type MadeDefault } from './records.ts'
import { recordingRandom } from './secrets.ts'
import { TestParty } from './test-party.ts'

const ASSOCIATION = 'xiehui'

const TEST_PUBLISHING: PublishingRules = {
  deltaEveryMinutes: 0,
  graceMinutes: 60,
  parameters: 'sealedtable_r512_c2',
  withheld: [],
  attest: false,
  anchor: false,
}

/** Points for every test, at once. */
const POINTS_RULES: PointsRules = { ...DEFAULT_POINTS_RULES, grant: 10_000, attestations: 0 }

export interface TestConsortiumOptions {
  /** Algorithms of the consortium; `intl` when left out. */
  readonly suite?: SuiteId
  /** What each firm publishes, by party id; a firm with null is a member that publishes nothing. */
  readonly firms: Readonly<Record<string, readonly MadeDefault[] | null>>
  /** What the association publishes; nothing when left out. */
  readonly association?: readonly MadeDefault[]
  readonly pointsRules?: Partial<PointsRules>
  /** Ids of the parties that serve WebSockets; the others serve gRPC. */
  readonly webSockets?: readonly string[]
  /** How every party publishes; without the clock when left out, so that only tests make deltas. */
  readonly publishing?: Partial<PublishingRules>
  /** Whether the association's daemon closes points periods; it does when left out. */
  readonly closeByClock?: boolean
  /** How long ago the ledger was founded, by its clock; now when left out. */
  readonly foundedDaysAgo?: number
  /** Limits in `config.toml` of every party. */
  readonly limits?: Partial<HomeConfig['limits']>
}

/**
 * A whole consortium in this process: real homes in a temporary folder, real CA, mutual TLS over loopback, SQLite and
 * daemons. Takes about a second to found with three firms; share one in a test file.
 */
export class TestConsortium implements AsyncDisposable {
  readonly root: string
  readonly association: TestParty
  readonly #firms = new Map<string, TestParty>()
  readonly #options: TestConsortiumOptions

  private constructor(root: string, association: TestParty, options: TestConsortiumOptions) {
    this.root = root
    this.association = association
    this.#options = options
  }

  static async found(options: TestConsortiumOptions): Promise<TestConsortium> {
    const { firms, association, pointsRules, foundedDaysAgo = 0 } = options
    const foundedAt = Date.now() - foundedDaysAgo * 86_400_000
    const root = mkdtempSync(join(tmpdir(), 'mixun-consortium-'))
    const address = await freeAddress(ASSOCIATION, options)
    const random = recordingRandom()
    const home = await foundConsortium({
      keys: { random },
      root: join(root, ASSOCIATION),
      consortium: 'test consortium',
      pointsRules: { ...POINTS_RULES, ...pointsRules },
      config: configOf(ASSOCIATION, 'association', address, address, options),
      now: () => foundedAt,
    })
    const consortium = new TestConsortium(root, new TestParty(home.root, random.drawn), options)
    for (const id of Object.keys(firms)) await consortium.admit(id)
    await consortium.association.start()
    if (association !== undefined) await consortium.association.publish(association)
    for (const [id, records] of Object.entries(firms)) {
      if (records === null) continue
      await consortium.firm(id).publish(records)
      await consortium.firm(id).start()
    }
    return consortium
  }

  firm(id: string): TestParty {
    const firm = this.#firms.get(id)
    if (firm === undefined) throw new Error(`the test consortium has no firm ${id}`)
    return firm
  }

  /** Makes the home of a new firm and admits it. */
  async admit(id: string): Promise<TestParty> {
    const address = await freeAddress(id, this.#options)
    const associationAddress = this.association.home.config.listen.advertise
    const config = configOf(id, 'firm', address, associationAddress, this.#options)
    const random = recordingRandom()
    const { home, request } = await createMemberHome(join(this.root, id), config, { random })
    await joinConsortium(home, await admitMember(this.association.home, request))
    const firm = new TestParty(home.root, random.drawn)
    this.#firms.set(id, firm)
    return firm
  }

  /** Gives a firm points, as the association. */
  async grant(firm: string, amount: number): Promise<void> {
    const { home } = this.association
    const ledger = openAssociationLedger(home)
    try {
      const grant = { partyId: firm, amount, reason: 'drill' as const }
      await ledger.append(signEntry(home.identity, ledger.registry.anchor, 'points-grant', grant))
    } finally {
      await ledger.close()
    }
  }

  /** How often a consent was used, and what the firm has reserved and spent, by the association's ledger. */
  async usage(
    consent: string,
    firm: string,
  ): Promise<{ uses: number | undefined; reserved: number; spent: number }> {
    const ledger = openAssociationLedger(this.association.home)
    try {
      const { reserved, spent } = await ledger.balance(firm)
      return { uses: ledger.registry.consent(fromHex(consent))?.uses, reserved, spent }
    } finally {
      await ledger.close()
    }
  }

  /** Entries on the association's ledger. */
  get ledgerSize(): number {
    const ledger = openAssociationLedger(this.association.home)
    const { size } = ledger
    void ledger.close()
    return size
  }

  /** Stops every daemon and removes the homes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#firms.values()].map(firm => firm.stop()))
    await this.association.stop()
    rmSync(this.root, { recursive: true })
  }
}

async function freeAddress(id: string, { webSockets = [] }: TestConsortiumOptions): Promise<string> {
  return `${webSockets.includes(id) ? WEB_SOCKET_SCHEME : ''}127.0.0.1:${await freePort()}`
}

function configOf(
  id: string,
  role: HomeConfig['party']['role'],
  address: string,
  associationAddress: string,
  { suite = 'intl', limits, publishing, closeByClock = true }: TestConsortiumOptions,
): HomeConfig {
  return {
    party: { id, name: `${id} 证券`, role, suite },
    listen: parseListen(address),
    association: { id: ASSOCIATION, address: associationAddress },
    operators: { makers: [MAKER], checkers: [CHECKER] },
    publishing: { ...TEST_PUBLISHING, ...publishing },
    points: { closeByClock },
    // All parties share one thread here, so an answer may take its time.
    // Few of them run daemons, so nobody waits for cosignatures unless a test says so.
    limits: { ...DEFAULT_LIMITS, answerTimeoutMs: 60_000, cosignatures: 0, ...limits },
  }
}
