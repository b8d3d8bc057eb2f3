import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { partyId } from '@mixun/core/codec'
import { fail } from '@mixun/core/errors'
import { SUITE_IDS } from '@mixun/core/suite'
import { Home } from '@mixun/sdk/home'
import { passphraseFromFile } from '@mixun/sdk/keystore'
import { z } from 'zod'

const planSchema = z.strictObject({
  format: z.literal('mixun-sandbox-1'),
  suite: z.enum(SUITE_IDS),
  association: partyId,
  firms: z.array(partyId).min(2),
  /** Over how many processes the firms' daemons are spread; null when each has its own. */
  processes: z.int().positive().nullable().default(null),
})

/** What a sandbox is made of; the content of its `sandbox.json`. */
export type SandboxPlan = Omit<z.infer<typeof planSchema>, 'format'>

/** Operators of every home of a sandbox: one enters, another one checks. */
export const MAKER = 'li.na'
export const CHECKER = 'wang.fang'

/** Where everything of one sandbox lies. Its passphrases lie beside the homes: it is for trying things out. */
export class SandboxFolder {
  readonly root: string
  readonly plan: SandboxPlan

  private constructor(root: string, plan: SandboxPlan) {
    this.root = root
    this.plan = plan
  }

  /** @throws ERR_HOME_EXISTS unless the folder is new or empty */
  static create(folder: string, plan: SandboxPlan): SandboxFolder {
    const root = resolve(folder)
    if (existsSync(root) && readdirSync(root).length > 0) {
      fail('ERR_HOME_EXISTS', `${root} exists and is not empty`)
    }
    for (const name of ['homes', 'passphrases', 'logs', 'backup']) {
      mkdirSync(join(root, name), { recursive: true, mode: 0o700 })
    }
    writeFileSync(join(root, 'sandbox.json'), JSON.stringify({ format: 'mixun-sandbox-1', ...plan }))
    for (const id of [plan.association, ...plan.firms]) {
      writeFileSync(join(root, 'passphrases', id), randomBytes(24).toString('base64url'), { mode: 0o600 })
    }
    return new SandboxFolder(root, plan)
  }

  /** @throws ERR_HOME_MISSING when the folder holds no sandbox */
  static open(folder: string): SandboxFolder {
    const root = resolve(folder)
    const file = join(root, 'sandbox.json')
    if (!existsSync(file)) fail('ERR_HOME_MISSING', `expected a sandbox in ${root}: mixun sandbox create`)
    const parsed = planSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (!parsed.success) return fail('ERR_HOME_INVALID', `${file}: expected the plan of a sandbox`)
    const { format: _, ...plan } = parsed.data
    return new SandboxFolder(root, plan)
  }

  /** The parties whose daemons share one process, the association's alone. */
  get groups(): readonly (readonly string[])[] {
    const { association, firms, processes } = this.plan
    const size = processes === null ? 1 : Math.ceil(firms.length / processes)
    const starts = Array.from({ length: Math.ceil(firms.length / size) }, (_, i) => i * size)
    return [[association], ...starts.map(start => firms.slice(start, start + size))]
  }

  /** The party and those that share its process. */
  groupOf(id: string): readonly string[] {
    return this.groups.find(group => group.includes(id)) ?? [id]
  }

  get parties(): readonly string[] {
    return [this.plan.association, ...this.plan.firms]
  }

  /** @throws ERR_PEER_IDENTITY for one that the sandbox does not have */
  requireFirm(id: string): string {
    if (this.plan.firms.includes(id)) return id
    return fail(
      'ERR_PEER_IDENTITY',
      `expected one of ${this.plan.firms.join(', ')}, found ${id.slice(0, 40)}`,
    )
  }

  /** @throws ERR_PEER_IDENTITY */
  requireParty(id: string): string {
    return id === this.plan.association ? id : this.requireFirm(id)
  }

  home(id: string): string {
    return join(this.root, 'homes', id)
  }

  passphraseFile(id: string): string {
    return join(this.root, 'passphrases', id)
  }

  log(id: string): string {
    return join(this.root, 'logs', `${id}.log`)
  }

  /** Process id of a party's daemon. */
  pidFile(id: string): string {
    return join(this.root, 'logs', `${id}.pid`)
  }

  /** The association's ledger as it was before the first table. */
  get ledgerBackup(): string {
    return join(this.root, 'backup', 'ledger.db')
  }

  openHome(id: string): Home {
    return Home.open(this.home(id), { passphrase: () => passphraseFromFile(this.passphraseFile(id)) })
  }
}
