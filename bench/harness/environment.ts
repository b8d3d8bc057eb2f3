import { spawnSync } from 'node:child_process'
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os'
import { versions } from 'node:process'
import { z } from 'zod'

const load = z.tuple([z.number(), z.number(), z.number()])

export const environmentSchema = z.strictObject({
  node: z.string(),
  v8: z.string(),
  platform: z.string(),
  cpuModel: z.string(),
  /** Cores this process may use. */
  cores: z.number().int().min(1),
  memoryGiB: z.number(),
  /** Commit of the repository; null outside one. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  /** Whether the tree differed from that commit outside of the stored results. */
  isModified: z.boolean().nullable(),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  /** Load averages over 1, 5 and 15 minutes: other work on the machine shows here. */
  loadBefore: load,
  loadAfter: load,
})

/** Where and when a scenario ran. It names no host, user or path. */
export type Environment = z.infer<typeof environmentSchema>

/** Starts the record of a run; the returned function ends it. */
export function recordEnvironment(): () => Environment {
  const startedAt = new Date()
  const loadBefore = loads()
  return () => ({
    node: versions.node,
    v8: versions.v8,
    platform: `${platform()} ${arch()}`,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round((totalmem() / 2 ** 30) * 10) / 10,
    ...repositoryState(),
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 100) / 10,
    loadBefore,
    loadAfter: loads(),
  })
}

function loads(): Environment['loadBefore'] {
  const [one = 0, five = 0, fifteen = 0] = loadavg().map(value => Math.round(value * 100) / 100)
  return [one, five, fifteen]
}

function repositoryState(): Pick<Environment, 'commit' | 'isModified'> {
  const commit = git('rev-parse', 'HEAD')
  if (commit === null) return { commit: null, isModified: null }
  const changes = git('status', '--porcelain', '--', ':/', ':(top,exclude)bench/results')
  return { commit, isModified: changes !== '' }
}

function git(...words: string[]): string | null {
  const { status, stdout } = spawnSync('git', words, { cwd: import.meta.dirname, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}
