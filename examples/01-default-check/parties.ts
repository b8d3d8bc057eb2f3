import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Phrase } from './language.ts'

/** One party of the example and the export it brings. */
export interface Party {
  readonly id: string
  readonly name: Phrase
  /** File in examples/data/brokers; its import profile has the party's name. */
  readonly exportFile: string
}

export const ASSOCIATION: Party = {
  id: 'association',
  name: ['Association', '协会'],
  exportFile: 'association.csv',
}

export const FIRMS: readonly Party[] = [
  { id: 'jia', name: ['Jia', '甲证券'], exportFile: 'jia.csv' },
  { id: 'yi', name: ['Yi', '乙证券'], exportFile: 'yi.txt' },
  { id: 'bing', name: ['Bing', '丙证券'], exportFile: 'bing.csv' },
  { id: 'ding', name: ['Ding', '丁证券'], exportFile: 'ding.csv' },
]

export const PARTIES: readonly Party[] = [ASSOCIATION, ...FIRMS]

/** Operators in every home: one enters, another one checks. */
export const MAKER = 'li.na'
export const CHECKER = 'wang.fang'

/** The exports, with what must come of them. */
export const DATA_FOLDER = join(import.meta.dirname, '..', 'data', 'brokers')

/** Where everything of one run lies. */
export class RunFolder {
  readonly root: string

  constructor(root: string) {
    this.root = root
    for (const folder of ['homes', 'passphrases', 'exchange', 'logs', 'compile-cache']) {
      mkdirSync(join(root, folder), { recursive: true, mode: 0o700 })
    }
  }

  home(partyId: string): string {
    return join(this.root, 'homes', partyId)
  }

  /** What a program needs to open a party's home: where that party keeps its passphrase, one no other party has. */
  environment(partyId: string): NodeJS.ProcessEnv {
    const file = join(this.root, 'passphrases', partyId)
    if (!existsSync(file)) writeFileSync(file, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    return { MIXUN_PASSPHRASE_FILE: file }
  }

  /** Files that parties hand to each other. */
  exchange(name: string): string {
    return join(this.root, 'exchange', name)
  }

  log(name: string): string {
    return join(this.root, 'logs', `${name}.log`)
  }

  /** Writes a file that names subjects: for its owner only. */
  writeSecret(name: string, content: string): string {
    const file = join(this.root, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }
}

/** Below the range from which systems take the ports of outgoing connections, which could be in the way later. */
const PORTS = { first: 20_000, last: 31_999 }

/** Ports on loopback that were free a moment ago, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = randomInt(PORTS.first, PORTS.last + 1)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
