import type { Comparison, Measurement, Result } from './result.ts'

/** A result as text for people: one table a group. */
export function formatReport(result: Result): string {
  const { environment } = result
  const commit = environment.commit?.slice(0, 12) ?? 'no commit'
  const lines = [
    `${result.scenario}: ${result.summary}`,
    `  ${environment.cpuModel}, ${environment.cores} cores, Node ${environment.node}, ${commit}` +
      `${environment.isModified === true ? ' with changes' : ''}, ${environment.startedAt}`,
    `  load ${environment.loadBefore.join(' ')} before, ${environment.loadAfter.join(' ')} after; ` +
      `${environment.seconds} s; settings ${settingsText(result)}`,
  ]
  for (const group of new Set(result.measurements.map(each => each.group))) {
    const rows = result.measurements.filter(each => each.group === group)
    lines.push('', group, ...alignColumns([HEADER, ...rows.map(row => cells(result, row))]))
  }
  if (result.notes.length > 0) lines.push('', ...result.notes.map(note => `note: ${note}`))
  return `${lines.join('\n')}\n`
}

const HEADER = '|side|median|mad|min|p99|unit|n|mixun / this|of best|times faster'.split('|')

function cells(result: Result, row: Measurement): string[] {
  const { summary } = row
  const { group, name, side, unit } = row
  const ratio = result.comparisons.find(
    each => each.group === group && each.name === name && each.reference === side && each.unit === unit,
  )
  const spread = summary.count === 1 ? ['', '', ''] : [summary.mad, summary.min, summary.p99].map(figure)
  return [
    name,
    side,
    figure(summary.median),
    ...spread,
    unit,
    String(summary.count),
    ratio === undefined ? '' : ratio.ratio.toFixed(2),
    ratio === undefined ? '' : ratio.ratioOfBest.toFixed(2),
    ratio === undefined ? '' : timesFaster(ratio),
  ]
}

/** How many times as fast as the reference ours is, by medians; nothing for what is no speed. */
function timesFaster({ unit, ratio }: Comparison): string {
  if (unit === 'ms') return (1 / ratio).toFixed(1)
  return unit.endsWith('/s') ? ratio.toFixed(1) : ''
}

function settingsText(result: Result): string {
  return Object.entries(result.settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** Four digits where there are that many, whole numbers whole. */
function figure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US')
  return value.toPrecision(4)
}

/** Text columns to the left, figures to the right. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)))
  return rows.map(row => {
    const padded = row.map((cell, column) => {
      const width = widths[column] as number
      return column < 2 || column === 6 ? cell.padEnd(width) : cell.padStart(width)
    })
    return `  ${padded.join('  ').trimEnd()}`
  })
}
