import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chinaDateOf } from '@mixun/core/domain'
import type { SuiteId } from '@mixun/core/suite'
import { DEFAULT_LIMITS, type Home, type HomeConfig } from '@mixun/sdk/home'
import { passphraseFromFile } from '@mixun/sdk/keystore'
import { admitMember, DEFAULT_POINTS_RULES, foundConsortium } from '../association/found.ts'
import { createMemberHome, joinConsortium } from '../certificates/index.ts'
import { parseListen } from '../cli/options.ts'
import { publish } from '../publish/publish.ts'
import { importBatch } from '../stores/import-batch.ts'
import { openBatches } from '../stores/open.ts'
import { CHECKER, MAKER, SandboxFolder } from './folder.ts'
import { exportOf, PEOPLE, reportersOf } from './people.ts'
import { freePorts } from './ports.ts'
import { startDaemon } from './processes.ts'

const ASSOCIATION = 'association'
const NAMED = ['jia', 'yi', 'bing', 'ding', 'wu', 'ji', 'geng', 'xin', 'ren', 'gui'] as const

/** Fewest and most firms of a sandbox; one intent asks all of them. */
export const FIRM_COUNT = { min: 2, max: 120 }

/** A step of the creation, done by the party. */
export type SandboxStep = 'found' | 'admit' | 'import' | 'publish' | 'serve'

export interface CreateOptions {
  readonly folder: string
  readonly firms: number
  readonly suite: SuiteId
  /** Over how many processes the firms' daemons are spread; null for one each. */
  readonly processes: number | null
  readonly onStep: (step: SandboxStep, party: string) => void
}

/**
 * A consortium on this machine: real homes, certificates, imports, sealed tables and daemons, example data.
 *
 * @throws ERR_HOME_EXISTS, and what any step fails with
 */
export async function createSandbox(options: CreateOptions): Promise<SandboxFolder> {
  const { suite, processes, onStep } = options
  const firms = Array.from({ length: options.firms }, (_, i) => NAMED[i] ?? `firm-${i + 1}`)
  const folder = SandboxFolder.create(options.folder, { suite, association: ASSOCIATION, firms, processes })
  const [own, ...ports] = await freePorts(folder.parties.length)
  const configs = new Map(
    folder.parties.map((id, i) => [
      id,
      configOf(folder, id, [own as number, ...ports][i] as number, own as number),
    ]),
  )
  onStep('found', ASSOCIATION)
  using association = await foundConsortium({
    root: folder.home(ASSOCIATION),
    consortium: 'Mixun sandbox 沙盒',
    config: configs.get(ASSOCIATION) as HomeConfig,
    pointsRules: { ...DEFAULT_POINTS_RULES, grant: 10_000 },
    keys: keysOf(folder, ASSOCIATION),
  })
  const homes: Home[] = []
  for (const firm of firms) {
    onStep('admit', firm)
    homes.push(await admit(folder, association, firm, configs.get(firm) as HomeConfig))
  }
  copyFileSync(association.paths.ledger, folder.ledgerBackup)
  await startDaemon(folder, ASSOCIATION)
  for (const home of homes) {
    await bringData(folder, home, onStep)
    home[Symbol.dispose]()
  }
  await Promise.all(
    folder.groups.map(async ([first, ...others]) => {
      await startDaemon(folder, first as string)
      for (const party of [first as string, ...others]) onStep('serve', party)
    }),
  )
  return folder
}

async function admit(
  folder: SandboxFolder,
  association: Home,
  firm: string,
  config: HomeConfig,
): Promise<Home> {
  const { home, request } = await createMemberHome(folder.home(firm), config, keysOf(folder, firm))
  await joinConsortium(home, await admitMember(association, request))
  return home
}

/** The maker imports, the checker reviews and approves, the firm publishes. */
async function bringData(folder: SandboxFolder, home: Home, onStep: CreateOptions['onStep']): Promise<void> {
  const { partyId } = home.identity
  onStep('import', partyId)
  const people = Array.from({ length: PEOPLE }, (_, i) => i + 1)
  const own = people.filter(number => reportersOf(number, folder.plan.firms).includes(partyId))
  await importAndApprove(home, exportOf(own, '未了结'))
  onStep('publish', partyId)
  await publish(home)
}

/** Brings an export in the layout of the profile `jia` through maker and checker. */
export async function importAndApprove(home: Home, content: string): Promise<number> {
  const file = join(home.root, 'data', 'export.csv')
  writeFileSync(file, content, { mode: 0o600 })
  const asOf = chinaDateOf(Date.now())
  const { batch } = await importBatch(home, { file, profile: 'jia', maker: MAKER, asOf })
  using batches = openBatches(home)
  batches.decide(batch, CHECKER, 'reviewed')
  batches.decide(batch, CHECKER, 'approved')
  return batch
}

function keysOf(folder: SandboxFolder, id: string) {
  return { passphrase: () => passphraseFromFile(folder.passphraseFile(id)) }
}

function configOf({ plan }: SandboxFolder, id: string, port: number, associationPort: number): HomeConfig {
  return {
    party: { id, name: id, role: id === plan.association ? 'association' : 'firm', suite: plan.suite },
    listen: parseListen(`127.0.0.1:${port}`),
    association: { id: plan.association, address: `127.0.0.1:${associationPort}` },
    operators: { makers: [MAKER], checkers: [CHECKER] },
    limits: DEFAULT_LIMITS,
  }
}
