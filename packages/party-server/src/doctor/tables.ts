import type { RegistryView } from '@mixun/ledger-adapter/ledger'
import type { Home } from '@mixun/sdk/home'
import { publishedClasses } from '../publish/publish.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const DAY_MS = 86_400_000
/** An epoch lasts a week, and a month at most: SECURITY.md, statements 1 and 3. */
const EPOCH_DAYS = { usual: 8, most: 31 }

const PUBLISH = [
  'run mixun publish: it begins a new epoch with a new key',
  '请执行 mixun publish 以开启新一期',
] as const

/** The epochs of this party's tables: published, not too old, their keys at hand. */
export function examineTables(home: Home, registry: RegistryView, now: number): Finding[] {
  const provider = home.identity.partyId
  return publishedClasses(home).map(className => {
    const table = registry.currentTable(provider, className)
    const begun = table && registry.tableVersion(provider, className, table.epoch, 0)?.createdAt
    if (table === undefined || begun === undefined) {
      return warning(
        'tables',
        [`class ${className}: nothing is published`, `${className} 类：尚未发布`],
        PUBLISH,
      )
    }
    const days = Math.floor((now - begun) / DAY_MS)
    const what = [
      `class ${className}: epoch ${table.epoch} is ${days} days old, ${table.rowCount} rows`,
      `${className} 类：第 ${table.epoch} 期已 ${days} 天，${table.rowCount} 行`,
    ] as const
    if (!home.keys.hasOprfKey(className, table.epoch)) {
      return problem('tables', [`${what[0]}, and its key is missing`, `${what[1]}，且密钥缺失`], PUBLISH)
    }
    if (days > EPOCH_DAYS.most) return problem('tables', what, PUBLISH)
    return days > EPOCH_DAYS.usual ? warning('tables', what, PUBLISH) : ok('tables', what)
  })
}
