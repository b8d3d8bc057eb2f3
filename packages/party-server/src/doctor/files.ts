import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, ok, problem, warning } from './finding.ts'

/** Temporary files of this program carry the id of the process that writes them. */
const TEMPORARY = /\.(\d+)\.tmp$/

/** Who may read and write the files of a home, and what a crash left behind. */
export function examineFiles(root: string): Finding[] {
  const findings = process.platform === 'win32' ? [] : [...writableByOthers(root), ...readableKeys(root)]
  const left = leftovers(root)
  if (left.length > 0) {
    findings.push(
      warning(
        'files',
        [
          `${left.length} temporary files of processes that are gone: ${list(left)}`,
          `${left.length} 个已终止进程遗留的临时文件：${list(left)}`,
        ],
        ['remove them: nothing reads them', '请删除：这些文件不会再被读取'],
      ),
    )
  }
  return findings.length > 0
    ? findings
    : [ok('files', ['modes are right, nothing left behind', '权限正确，无遗留文件'])]
}

function writableByOthers(root: string): Finding[] {
  const open = ['.', 'config.toml', 'consortium.json', 'certificates', 'data', 'tables', 'keys'].filter(
    name => hasBits(join(root, name), 0o022),
  )
  if (open.length === 0) return []
  return [
    problem(
      'files',
      [`others may write to ${list(open)}`, `其他用户可写：${list(open)}`],
      [`run: chmod -R go-w ${root}`, `请执行：chmod -R go-w ${root}`],
    ),
  ]
}

function readableKeys(root: string): Finding[] {
  const folder = join(root, 'keys')
  const open = names(folder)
    .filter(name => /(^|\/)(keystore|[^/]+\.key)$/.test(name))
    .filter(name => hasBits(join(folder, name), 0o077))
  if (open.length === 0) return []
  return [
    problem(
      'files',
      [
        `others may read ${list(open.map(name => `keys/${name}`))}`,
        `其他用户可读：${list(open.map(name => `keys/${name}`))}`,
      ],
      [`run: chmod -R go-rwx ${folder}`, `请执行：chmod -R go-rwx ${folder}`],
    ),
  ]
}

function leftovers(root: string): string[] {
  return names(root).filter(name => {
    const pid = TEMPORARY.exec(name)?.[1]
    return pid !== undefined && !isAlive(Number(pid))
  })
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function hasBits(file: string, bits: number): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found !== undefined && (found.mode & bits) !== 0
}

function names(folder: string): string[] {
  return statSync(folder, { throwIfNoEntry: false }) === undefined
    ? []
    : readdirSync(folder, { recursive: true }).map(String)
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(', ')
  return items.length > 5 ? `${shown}, …` : shown
}
