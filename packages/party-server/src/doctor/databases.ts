import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Finding, ok, problem } from './finding.ts'

/** Pages and indices of every database of the home, as SQLite itself checks them. */
export function examineDatabases(root: string): Finding[] {
  const folder = join(root, 'data')
  const files = readdirSync(folder).filter(name => name.endsWith('.db'))
  const damaged = files.filter(name => !isIntact(join(folder, name)))
  if (files.length === 0) return [ok('databases', ['none yet', '尚无数据库'])]
  if (damaged.length === 0) {
    return [ok('databases', [`${files.length} databases are intact`, `${files.length} 个数据库完好`])]
  }
  return damaged.map(name =>
    problem(
      'databases',
      [`data/${name} is damaged`, `data/${name} 已损坏`],
      name === 'ledger.db'
        ? [
            'stop the daemon and restore it; a firm may remove its mirror, which is fetched anew; the association runs mixun recover',
            '请停止守护进程并恢复；机构可删除镜像后重新同步，协会执行 mixun recover',
          ]
        : ['stop the daemon and restore this file from the backup', '请停止守护进程并从备份恢复该文件'],
    ),
  )
}

function isIntact(file: string): boolean {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { readOnly: true })
    return database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok'
  } catch {
    return false
  } finally {
    database?.close()
  }
}
