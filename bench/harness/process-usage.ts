import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Ticks of the kernel's CPU accounting a second. */
const TICKS_PER_SECOND = Number(spawnSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }).stdout.trim() || 100)

/** CPU time that another process has used so far, user and system, in milliseconds; in ticks of mostly 10. Linux. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field, the name in parentheses, may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return (ticks * 1_000) / TICKS_PER_SECOND
}

/** Resident memory of another process, now and at its peak, in MiB. Linux. */
export function memoryMiB(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string) => {
    const match = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)
    if (match === null) throw new Error(`expected ${name} in the status of a process`)
    return Number(match[1]) / 1_024
  }
  return { now: field('VmRSS'), peak: field('VmHWM') }
}
